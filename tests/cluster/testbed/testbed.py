#!/usr/bin/env python3
"""A real one-node Kubernetes with the Flink Kubernetes Operator, on one Linux machine, from package registries only.

  testbed build                  make what the cache lacks: binaries, image layers, custom resource definitions
  testbed built                  whether the cache lacks nothing: exit status 0, or 3
  testbed up                     start the node in its own network namespace; prints the path of a kubeconfig
  testbed operator               install the definitions, the operator and the namespace `flink`
  testbed image NAME LAYER...    make an image; a LAYER is a folder, a tar file or the name of a layer in the cache
  testbed status                 what runs: exit status 3 where nothing does
  testbed kubectl                where kubectl is
  testbed down [--purge]         stop everything; --purge also forgets the state (never the cache)

Settings are environment variables; their defaults are in SETTINGS. It runs as root.
"""

import argparse
import contextlib
import hashlib
import io
import ipaddress
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
SETTINGS = {
    "TESTBED_CACHE": os.environ.get("SCALEPH_LAB_CACHE_DIR", "~/.cache/scaleph-lab")
    + "/test-cluster",  # what `build` makes
    "TESTBED_HOME": "",  # the state of one test-bed; default: $TESTBED_CACHE/run
    "TESTBED_NETNS": "scaleph-testbed",
    "TESTBED_VETH": "testbed",  # the host's end of the link to the node
    "TESTBED_HOST_IP": "10.213.0.1",  # these two share a /30
    "TESTBED_NODE_IP": "10.213.0.2",
    "TESTBED_POD_CIDR": "10.214.0.0/24",
    "TESTBED_SERVICE_CIDR": "10.215.0.0/16",
    "TESTBED_API_PORT": "6443",
    "TESTBED_DEBIAN": "bookworm",  # the suite of the images' root file system
}
SET = {name: os.environ.get(name) or default for name, default in SETTINGS.items()}
CACHE = Path(SET["TESTBED_CACHE"]).expanduser().resolve()
HOME = Path(SET["TESTBED_HOME"] or CACHE / "run").expanduser().resolve()
NETNS, VETH, HOST_IP, NODE_IP = (SET["TESTBED_" + name] for name in ("NETNS", "VETH", "HOST_IP", "NODE_IP"))
POD_CIDR, SERVICE_CIDR = SET["TESTBED_POD_CIDR"], SET["TESTBED_SERVICE_CIDR"]
API = f"https://{NODE_IP}:{SET['TESTBED_API_PORT']}"
NODE = "node1"

KUBERNETES, ETCD, COREDNS = "v1.34.2", "v3.6.13", "v1.12.4"
FLINK, SEATUNNEL, OPERATOR = "1.18.1", "2.3.4", "1.7.0"
MAVEN = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1"
COMPONENTS = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubelet", "kube-proxy", "kubectl"]

# What was built stays beside what a newer version is built into.
BIN, LAYERS, IMAGES, CRDS = CACHE / "bin", CACHE / "layers", CACHE / "images", CACHE / f"crds-{OPERATOR}"
VERSIONS = {"etcd": ETCD, "coredns": COREDNS, "rootfs": SET["TESTBED_DEBIAN"], "pause": "1"}
VERSIONS |= {"flink": FLINK, "seatunnel": SEATUNNEL, "operator": OPERATOR}
PKI, PIDS, LOGS, CONFIG = HOME / "pki", HOME / "pids", HOME / "logs", HOME / "config"
KUBECONFIG = HOME / "kubeconfig"
NETWORK = HOME / "network.json"
CONTAINERD = HOME / "containerd" / "containerd.sock"


class Failure(Exception):
    pass


# --- small helpers -----------------------------------------------------------------------------------------------


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def run(*command, check=True, **options):
    """Run a command and return its output. A failure is an exception, or, unchecked, no output."""
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **options)
    output = done.stdout.decode(errors="replace")
    if check and done.returncode:
        raise Failure(f"{shlex.join(map(str, command))}: exit status {done.returncode}\n{output[-4000:]}")
    return "" if done.returncode else output


def wait(what, seconds, test):
    """Poll until test() is true; fail at the limit, or as soon as a process that should run has ended."""
    limit = time.monotonic() + seconds
    while not test():
        dead = [name for name in recorded() if not alive(name)]
        if dead:
            raise Failure(f"{dead[0]} ended:\n" + (LOGS / f"{dead[0]}.log").read_text(errors="replace")[-3000:])
        if time.monotonic() > limit:
            raise Failure(f"{what}: not within {seconds} s; logs are in {LOGS}")
        time.sleep(0.2)


@contextlib.contextmanager
def timed(name, out=sys.stderr):
    start = time.monotonic()
    yield
    print(f"{name:<24}{time.monotonic() - start:7.1f} s", file=out, flush=True)


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1))
    return path


def binary(name):
    """Where a program is in the cache."""
    if name in {"hyperkube", *COMPONENTS}:
        return BIN / f"kubernetes-{KUBERNETES}" / name
    return BIN / (f"{name}-{VERSIONS[name]}" if name in VERSIONS else name)


def layer_file(name):
    """Where a layer is in the cache."""
    return LAYERS / (f"{name}-{VERSIONS[name]}.tar" if name in VERSIONS else f"{name}.tar")


def kubectl(*words, **options):
    return run(binary("kubectl"), "--kubeconfig", KUBECONFIG, *words, **options)


def sha256(path):
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


# --- build -------------------------------------------------------------------------------------------------------


def build_packages():
    needs = {
        "containerd": "containerd", "ctr": "containerd", "runc": "runc", "debootstrap": "debootstrap", "ip": "iproute2",
        "iptables": "iptables", "openssl": "openssl", "nsenter": "util-linux", "/usr/lib/cni/ptp": "containernetworking-plugins",
    }  # fmt: skip
    missing = sorted({package for tool, package in needs.items() if not shutil.which(tool)})
    if missing:
        run("apt-get", "update", "-qq")
        run(
            "apt-get",
            "install",
            "-y",
            "-qq",
            "--no-install-recommends",
            *missing,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
        )
    absent = [tool for tool in ("go", "mvn", "java") if not shutil.which(tool)]
    if absent:
        raise Failure(f"needed on PATH: {', '.join(absent)}")


def go_build(name, gets=(), go_mod=None, ldflags=""):
    """Build go/NAME: the module file is written here, so that only our main.go is kept."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(HERE / "go" / name / "main.go", folder)
        env = {
            **os.environ,
            "CGO_ENABLED": "0",
            "GOTOOLCHAIN": "local",
            "GOFLAGS": "-mod=mod -trimpath -buildvcs=false",
        }
        if go_mod:
            (Path(folder) / "go.mod").write_text(go_mod)
        else:
            run("go", "mod", "init", f"testbed/{name}", cwd=folder, env=env)
        for module in gets:
            run("go", "get", module, cwd=folder, env=env)
        run("go", "build", "-ldflags", f"-s -w {ldflags}", "-o", binary(name), ".", cwd=folder, env=env)


def build_hyperkube():
    """Kubernetes' own go.mod replaces its parts by folders of its tree: here, by the same parts as published."""
    info = json.loads(run("go", "mod", "download", "-json", f"k8s.io/kubernetes@{KUBERNETES}", cwd="/"))
    source, parts = Path(info["GoMod"]).read_text(), "v0." + KUBERNETES.split(".", 1)[1]
    staging = re.findall(r"^\s*(k8s\.io/\S+) => \./staging", source, re.M)
    requires = source[source.index("\ngo ") : source.index("replace (")]
    for module in staging:
        requires = re.sub(rf"^(\s*{re.escape(module)}) v0\.0\.0\S*", rf"\1 {parts}", requires, flags=re.M)
    replaces = "".join(f"\t{module} => {module} {parts}\n" for module in staging)
    go_mod = f"module testbed/hyperkube\n{requires}\nrequire k8s.io/kubernetes {KUBERNETES}\n\nreplace (\n{replaces})\n"
    version = "k8s.io/component-base/version"
    minor = KUBERNETES.split(".")[1]
    ldflags = f"-X {version}.gitVersion={KUBERNETES} -X {version}.gitMajor=1 -X {version}.gitMinor={minor}"
    go_build("hyperkube", go_mod=go_mod, ldflags=ldflags)
    for component in COMPONENTS:
        binary(component).unlink(missing_ok=True)
        binary(component).symlink_to("hyperkube")


def make_layer(name, folder, *flags):
    """A layer that is the same bytes for the same files."""
    LAYERS.mkdir(parents=True, exist_ok=True)
    part = LAYERS / f"{name}.part"
    run("tar", "-C", folder, "--sort=name", "--mtime=@0", "--numeric-owner", *flags, "-cf", part, ".")
    part.rename(layer_file(name))


def build_rootfs(work):
    """Debian's smallest system and a Java runtime."""
    root = work / "rootfs"
    targets = run("apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", check=False).split("\n")
    mirror = [line.split()[1] for line in targets if line.startswith(SET["TESTBED_DEBIAN"] + " ")][:1]
    packages = "openjdk-17-jre-headless,ca-certificates,procps"
    run("debootstrap", "--variant=minbase", f"--include={packages}", SET["TESTBED_DEBIAN"], root, *mirror)
    for waste in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/locale", "usr/share/man"):
        shutil.rmtree(root / waste, ignore_errors=True)
    make_layer("rootfs", root)


def build_flink(work):
    """Flink as PyPI has it: the jars in a source archive, the scripts in the wheel; what both lack from Maven Central."""
    downloads, flink = work / "downloads", work / "flink" / "opt" / "flink"
    flink.mkdir(parents=True)
    pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", downloads]
    run(*pip, "--no-binary", ":all:", f"apache-flink-libraries=={FLINK}")
    run(*pip, "--only-binary", ":all:", "--python-version", "3.10", f"apache-flink=={FLINK}")
    with tarfile.open(next(downloads.glob("apache?flink?libraries-*.tar.gz"))) as archive:
        for member in archive:
            place = re.match(r"[^/]+/deps/((?:bin|lib|opt|plugins)/.+)", member.name)
            if place and member.isfile():
                write_bytes(flink / place[1], archive.extractfile(member).read())
    with zipfile.ZipFile(next(downloads.glob("apache_flink-*.whl"))) as wheel:
        for name in wheel.namelist():
            if re.match(r"pyflink/(bin|conf)/.*[^/]$", name):
                write_bytes(flink / name.removeprefix("pyflink/"), wheel.read(name), executable="/bin/" in name)
    for folder in ("log", "usrlib"):
        (flink / folder).mkdir()
    shutil.copy(HERE / "images" / "docker-entrypoint.sh", work / "flink")
    seatunnel = work / "seatunnel" / "opt" / "seatunnel"
    for folder in ("plugins", "config", "connectors"):
        (seatunnel / folder).mkdir(parents=True)
    shutil.copy(HERE / "images" / "plugin-mapping.properties", seatunnel / "connectors")
    run("mvn", "-q", "-B", "-f", HERE / "maven" / "images.xml", f"{MAVEN}:copy", f"-Dout={work}")
    make_layer("seatunnel", work / "seatunnel", "--owner=0", "--group=0")
    make_layer("flink", work / "flink", "--owner=0", "--group=0")


def write_bytes(path, data, executable=False):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    path.chmod(0o755 if executable or path.suffix == ".sh" else 0o644)


def build_operator(work):
    jars = work / "operator" / "opt" / "operator" / "lib"
    maven = ["mvn", "-q", "-B", "-f", HERE / "maven" / "operator.xml"]
    run(*maven, f"{MAVEN}:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={jars}")
    (work / "operator" / "opt" / "flink" / "plugins").mkdir(parents=True)
    with zipfile.ZipFile(jars / f"flink-kubernetes-operator-api-{OPERATOR}.jar") as api:
        for name in api.namelist():
            if re.match(r"META-INF/fabric8/.*-v1\.yml", name):
                write_bytes(CRDS / Path(name).name, api.read(name))
    make_layer("operator", work / "operator", "--owner=0", "--group=0")


def build_pause(work):
    go_build("pause")
    (work / "pause").mkdir()
    shutil.move(binary("pause"), work / "pause" / "pause")
    make_layer("pause", work / "pause", "--owner=0", "--group=0")


def build_images():
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    java = "JAVA_HOME=/usr/lib/jvm/java-17-openjdk-amd64"
    flink = {
        "Entrypoint": ["/docker-entrypoint.sh"],
        "WorkingDir": "/opt/flink",
        "Env": [f"PATH=/opt/flink/bin:{path}", java, "FLINK_HOME=/opt/flink", "LANG=C.UTF-8"],
    }
    seatunnel = {**flink, "Env": [*flink["Env"], "SEATUNNEL_HOME=/opt/seatunnel"]}
    short = FLINK.rsplit(".", 1)[0]
    make_image("scaleph/pause:1", ["pause"], {"Entrypoint": ["/pause"]})
    make_image(f"scaleph/flink:{short}", ["rootfs", "flink"], flink)
    make_image(f"scaleph/flink-seatunnel:{short}-{SEATUNNEL}", ["rootfs", "flink", "seatunnel"], seatunnel)
    make_image(f"scaleph/flink-kubernetes-operator:{OPERATOR}", ["rootfs", "operator"], {"Env": [f"PATH={path}", java]})


def built(_):
    """Exit status 3 where something lacks."""
    programs = [binary(name) for name in ("hyperkube", *COMPONENTS, "etcd", "coredns")]
    layers = [layer_file(name) for name in ("rootfs", "pause", "operator", "flink", "seatunnel")]
    packages = [shutil.which(tool) for tool in ("containerd", "runc", "ip", "iptables", "openssl", "/usr/lib/cni/ptp")]
    return (
        0 if all(packages) and all(path.exists() for path in [*programs, *layers, image_file("scaleph/pause:1")]) else 3
    )


def kubectl_path(_):
    print(binary("kubectl"))


def build(_):
    for folder in (BIN / f"kubernetes-{KUBERNETES}", LAYERS, IMAGES, CRDS):
        folder.mkdir(parents=True, exist_ok=True)
    layer = lambda *names: [layer_file(name) for name in names]  # noqa: E731
    with tempfile.TemporaryDirectory(dir=CACHE, prefix="work-") as work:
        work = Path(work)
        steps = [
            ("packages", [], build_packages),
            ("hyperkube", [binary(name) for name in ["hyperkube", *COMPONENTS]], build_hyperkube),
            ("etcd", [binary("etcd")], lambda: go_build("etcd", gets=[f"go.etcd.io/etcd/server/v3@{ETCD}"])),
            (
                "coredns",
                [binary("coredns")],
                lambda: go_build("coredns", gets=[f"github.com/coredns/coredns@{COREDNS}"]),
            ),
            ("rootfs layer", layer("rootfs"), lambda: build_rootfs(work)),
            ("pause layer", layer("pause"), lambda: build_pause(work)),
            ("operator layer", layer("operator"), lambda: build_operator(work)),
            ("flink, seatunnel layers", layer("flink", "seatunnel"), lambda: build_flink(work)),
            ("images", [], build_images),
        ]
        for name, products, make in steps:
            if products and all(product.exists() for product in products):
                print(f"{name:<24} cached", flush=True)
                continue
            with timed(name, sys.stdout):
                make()


# --- images: a few lines of JSON each; the layers stay in the cache, once -------------------------------------------------


def layer_digest(name):
    """The digest of a layer in the cache, remembered beside it."""
    tar = layer_file(name)
    known = tar.with_suffix(".sha256")
    stamp = f"{tar.stat().st_size} {tar.stat().st_mtime_ns}"
    if not known.exists() or known.read_text().split(" ", 1)[1] != stamp:
        known.write_text(f"{sha256(tar)} {stamp}")
    return known.read_text().split()[0]


def image_file(name):
    return IMAGES / (re.sub(r"[^\w.-]", "_", name) + ".json")


def make_image(name, layers, config):
    return write(image_file(name), {"name": name, "layers": layers, "config": config})


def image(arguments):
    """`--from` gives the image to start from: its layers and its configuration."""
    base = json.loads(image_file(arguments.base).read_text()) if arguments.base else {"layers": [], "config": {}}
    layers, config = list(base["layers"]), dict(base["config"])
    for number, layer in enumerate(arguments.layers):
        path = Path(layer)
        if path.is_dir() or path.is_file():
            layer = re.sub(r"[^\w.-]", "_", f"{arguments.name}-{number}")
            if path.is_dir():
                make_layer(layer, path, "--owner=0", "--group=0")
            else:
                shutil.copy(path, layer_file(layer))
        elif not layer_file(layer).exists():
            raise Failure(f"{layer}: no such folder, tar file or cached layer")
        layers.append(layer)
    config["Env"] = [*config.get("Env", []), *arguments.env]
    if arguments.entrypoint:
        config["Entrypoint"] = shlex.split(arguments.entrypoint)
    make_image(arguments.name, layers, config)
    if alive("containerd"):
        import_images(json.loads(image_file(arguments.name).read_text()))


def ctr(*words, **options):
    return run("ctr", "-a", CONTAINERD, "-n", "k8s.io", *words, **options)


def import_images(*recipes):
    """Stream images into containerd as one archive, in the form of `docker save`: layers that they share go once."""
    config, manifest, layers = {}, [], {}
    for recipe in recipes:
        digests = {layer: layer_digest(layer) for layer in recipe["layers"]}
        rootfs = {"type": "layers", "diff_ids": [f"sha256:{digest}" for digest in digests.values()]}
        name = f"{len(manifest)}.json"
        config[name] = {"architecture": "amd64", "os": "linux", "config": recipe["config"], "rootfs": rootfs}
        manifest.append(
            {"Config": name, "RepoTags": [recipe["name"]], "Layers": [f"{digest}.tar" for digest in digests.values()]}
        )
        layers.update(digests)
    command = ["ctr", "-a", CONTAINERD, "-n", "k8s.io", "images", "import", "-"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    with contextlib.suppress(BrokenPipeError), tarfile.open(fileobj=process.stdin, mode="w|") as archive:
        for name, content in {**config, "manifest.json": manifest}.items():
            data = json.dumps(content).encode()
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        for layer, digest in layers.items():
            archive.add(layer_file(layer), f"{digest}.tar")
    output = process.communicate()[0].decode(errors="replace")
    if process.returncode:
        raise Failure(f"images were not imported: {output}")


def import_missing_images():
    wait("containerd", 20, lambda: CONTAINERD.exists() and "Server" in ctr("version", check=False))
    held = ctr("images", "ls", "-q").split()
    recipes = [json.loads(path.read_text()) for path in sorted(IMAGES.glob("*.json"))]
    missing = [recipe for recipe in recipes if not any(name.endswith(f"/{recipe['name']}") for name in held)]
    if missing:
        import_images(*missing)


# --- processes: each in the node's network namespace, known by its id and the time it started ----------------------------


def started(pid):
    """When a process started, in clock ticks since the machine did; None when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return None
    return None if fields[0] == "Z" else fields[19]


def start(name, *command):
    if alive(name):
        return
    LOGS.mkdir(parents=True, exist_ok=True)
    with open(LOGS / f"{name}.log", "wb") as log:
        command = ["nsenter", f"--net=/run/netns/{NETNS}", *map(str, command)]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    write(PIDS / name, f"{process.pid} {started(process.pid)}")


def recorded():
    return sorted(path.name for path in PIDS.glob("*")) if PIDS.exists() else []


def alive(name):
    try:
        pid, when = (PIDS / name).read_text().split()
    except OSError:
        return None
    return int(pid) if started(pid) == when else None


def stop(name, seconds=10):
    pid = alive(name)
    if pid:
        os.kill(pid, signal.SIGTERM)
        limit = time.monotonic() + seconds
        while alive(name) and time.monotonic() < limit:
            time.sleep(0.05)
        if alive(name):
            os.kill(pid, signal.SIGKILL)
    (PIDS / name).unlink(missing_ok=True)


# --- up ----------------------------------------------------------------------------------------------------------


def make_pki():
    """One authority, a certificate for each component, and a kubeconfig for each client (JSON is YAML)."""
    if KUBECONFIG.exists():
        return
    PKI.mkdir(parents=True, exist_ok=True)
    openssl = lambda *words: run("openssl", *words, cwd=PKI)  # noqa: E731
    new_key = ["req", "-newkey", "rsa:2048", "-nodes", "-keyout"]
    usage = "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"
    openssl(*new_key, "ca.key", "-x509", "-out", "ca.crt", "-days", "365", "-subj", "/CN=testbed", "-addext", usage)
    openssl("genrsa", "-out", "sa.key", "2048")
    openssl("rsa", "-in", "sa.key", "-pubout", "-out", "sa.pub")
    first = next(ipaddress.ip_network(SERVICE_CIDR).hosts())
    names = "".join(
        f",DNS:kubernetes{suffix}" for suffix in ("", ".default", ".default.svc", ".default.svc.cluster.local")
    )
    certificates = {
        "apiserver": ("/CN=kube-apiserver", f"IP:127.0.0.1,IP:{NODE_IP},IP:{first},DNS:localhost{names}"),
        "admin": ("/O=system:masters/CN=admin", ""),
        "kubelet": (f"/O=system:nodes/CN=system:node:{NODE}", f"IP:{NODE_IP},DNS:{NODE}"),
        "controllers": ("/CN=system:kube-controller-manager", ""),
        "scheduler": ("/CN=system:kube-scheduler", ""),
        "proxy": ("/CN=system:kube-proxy", ""),
    }
    for name, (subject, alternatives) in certificates.items():
        openssl(*new_key, f"{name}.key", "-out", f"{name}.csr", "-subj", subject)
        extensions = "extendedKeyUsage=serverAuth,clientAuth\n" + (
            f"subjectAltName={alternatives}\n" if alternatives else ""
        )
        write(PKI / f"{name}.ext", extensions)
        signing = ["-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-days", "365", "-extfile", f"{name}.ext"]
        openssl("x509", "-req", "-in", f"{name}.csr", *signing, "-out", f"{name}.crt")
        kubeconfig = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "testbed", "cluster": {"server": API, "certificate-authority": f"{PKI}/ca.crt"}}],
            "users": [
                {"name": name, "user": {"client-certificate": f"{PKI}/{name}.crt", "client-key": f"{PKI}/{name}.key"}}
            ],
            "contexts": [{"name": "testbed", "context": {"cluster": "testbed", "user": name}}],
            "current-context": "testbed",
        }
        write(PKI / f"{name}.kubeconfig", kubeconfig)
    KUBECONFIG.symlink_to(PKI / "admin.kubeconfig")


def make_network():
    """A namespace linked to the host and to nothing else: it has no default route, so no pod can reach further."""
    if NETWORK.exists() and Path(f"/run/netns/{NETNS}").exists():
        return
    run("ip", "netns", "add", NETNS)
    write(NETWORK, {"namespace": NETNS, "link": VETH})
    run("ip", "link", "add", VETH, "type", "veth", "peer", "name", "uplink", "netns", NETNS)
    run("ip", "addr", "add", f"{HOST_IP}/30", "dev", VETH)
    run("ip", "link", "set", VETH, "up")
    inside = ["nsenter", f"--net=/run/netns/{NETNS}"]
    run(*inside, "ip", "link", "set", "lo", "up")
    run(*inside, "ip", "addr", "add", f"{NODE_IP}/30", "dev", "uplink")
    run(*inside, "ip", "link", "set", "uplink", "up")
    run(*inside, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
    for network in (POD_CIDR, SERVICE_CIDR):
        run("ip", "route", "replace", network, "via", NODE_IP)


def flags(**values):
    """bind_address="0.0.0.0" -> --bind-address=0.0.0.0"""
    return [f"--{name.replace('_', '-')}={value}" for name, value in values.items()]


def start_control_plane():
    client, peer = "http://127.0.0.1:2379", "http://127.0.0.1:2380"
    arguments = flags(
        data_dir=HOME / "etcd",
        unsafe_no_fsync="true",
        listen_client_urls=client,
        advertise_client_urls=client,
        listen_peer_urls=peer,
        initial_advertise_peer_urls=peer,
        initial_cluster=f"default={peer}",
    )
    start("etcd", binary("etcd"), *arguments)
    arguments = flags(
        etcd_servers=client,
        bind_address="0.0.0.0",
        secure_port=SET["TESTBED_API_PORT"],
        advertise_address=NODE_IP,
        cert_dir=HOME / "apiserver",
        tls_cert_file=PKI / "apiserver.crt",
        tls_private_key_file=PKI / "apiserver.key",
        client_ca_file=PKI / "ca.crt",
        service_account_issuer="https://kubernetes.default.svc",
        service_account_key_file=PKI / "sa.pub",
        service_account_signing_key_file=PKI / "sa.key",
        service_cluster_ip_range=SERVICE_CIDR,
        authorization_mode="Node,RBAC",
        allow_privileged="true",
        kubelet_client_certificate=PKI / "admin.crt",
        kubelet_client_key=PKI / "admin.key",
        kubelet_preferred_address_types="InternalIP",
    )
    start("kube-apiserver", binary("kube-apiserver"), *arguments)


def start_controllers():
    kubeconfig = PKI / "controllers.kubeconfig"
    arguments = flags(
        kubeconfig=kubeconfig,
        authentication_kubeconfig=kubeconfig,
        authorization_kubeconfig=kubeconfig,
        service_account_private_key_file=PKI / "sa.key",
        root_ca_file=PKI / "ca.crt",
        use_service_account_credentials="true",
        leader_elect="false",
        controllers="*,-nodeipam",
        allocate_node_cidrs="false",
        cert_dir=HOME / "controllers",
    )
    start("kube-controller-manager", binary("kube-controller-manager"), *arguments)
    start(
        "kube-scheduler",
        binary("kube-scheduler"),
        *flags(kubeconfig=PKI / "scheduler.kubeconfig", leader_elect="false"),
    )


def start_containerd():
    addresses = {"dataDir": f"{HOME}/ipam", "ranges": [[{"subnet": POD_CIDR}]], "routes": [{"dst": "0.0.0.0/0"}]}
    network = {
        "cniVersion": "1.0.0",
        "name": "testbed",
        "plugins": [
            {"type": "ptp", "ipMasq": False, "ipam": {"type": "host-local", **addresses}},
            {"type": "portmap", "capabilities": {"portMappings": True}},
        ],
    }
    write(CONFIG / "cni" / "10-testbed.conflist", network)
    nowhere = "http://127.0.0.1:1"  # an image that was not imported fails at once, and no name is looked up
    write(CONFIG / "registries" / "_default" / "hosts.toml", f'server = "{nowhere}"\n[host."{nowhere}"]\n')
    config = f"""\
version = 2
root = "{HOME}/containerd-root"
state = "{HOME}/containerd"
[grpc]
  address = "{CONTAINERD}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "scaleph/pause:1"
  restrict_oom_score_adj = true
  disable_apparmor = true
  netns_mounts_under_state_dir = true
  [plugins."io.containerd.grpc.v1.cri".containerd]
    snapshotter = "overlayfs"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
      runtime_type = "io.containerd.runc.v2"
      [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
        SystemdCgroup = false
  [plugins."io.containerd.grpc.v1.cri".registry]
    config_path = "{CONFIG}/registries"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "{CONFIG}/cni"
"""
    start("containerd", "containerd", "-c", write(CONFIG / "containerd.toml", config))


def start_node():
    write(CONFIG / "resolv.conf", f"nameserver {NODE_IP}\n")
    kubelet = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "x509": {"clientCAFile": f"{PKI}/ca.crt"},
            "webhook": {"enabled": True},
            "anonymous": {"enabled": False},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": f"{PKI}/kubelet.crt",
        "tlsPrivateKeyFile": f"{PKI}/kubelet.key",
        "clusterDomain": "cluster.local",
        "clusterDNS": [NODE_IP],
        "resolvConf": f"{CONFIG}/resolv.conf",
        "cgroupDriver": "cgroupfs",
        "failSwapOn": False,
        "failCgroupV1": False,
        "enforceNodeAllocatable": [],
        "cpuCFSQuota": False,
        "containerRuntimeEndpoint": f"unix://{CONTAINERD}",
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
            "nodefs.inodesFree": "1%",
        },
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "volumePluginDir": f"{HOME}/volume-plugins",
        "podLogsDir": f"{HOME}/pod-logs",
    }
    arguments = flags(
        config=write(CONFIG / "kubelet.json", kubelet),
        kubeconfig=PKI / "kubelet.kubeconfig",
        root_dir=HOME / "kubelet",
        hostname_override=NODE,
        node_ip=NODE_IP,
    )
    start("kubelet", binary("kubelet"), *arguments)
    proxy = {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": f"{PKI}/proxy.kubeconfig"},
        "mode": "iptables",
        "hostnameOverride": NODE,
        "clusterCIDR": POD_CIDR,
        "conntrack": {"maxPerCore": 0, "min": 0, "tcpEstablishedTimeout": "0s", "tcpCloseWaitTimeout": "0s"},
    }
    start("kube-proxy", binary("kube-proxy"), *flags(config=write(CONFIG / "kube-proxy.json", proxy)))
    corefile = f"""\
.:53 {{
  bind {NODE_IP}
  errors
  ready 127.0.0.1:8181
  kubernetes cluster.local in-addr.arpa ip6.arpa {{
    kubeconfig {PKI}/admin.kubeconfig testbed
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl 2
  }}
}}
"""
    start("coredns", binary("coredns"), "-conf", write(CONFIG / "Corefile", corefile))


def up(_):
    if not image_file("scaleph/pause:1").exists():
        raise Failure("the cache is not complete: run `testbed build`")
    HOME.mkdir(parents=True, exist_ok=True)
    if recorded() and not alive("kube-apiserver"):
        # The machine went down, or this state was copied from another: what is recorded runs no more.
        down(argparse.Namespace(purge=False))
    with timed("keys and network"):
        make_pki()
        make_network()
    with timed("api server"):
        start_control_plane()
        start_containerd()
        failures = []
        importing = threading.Thread(target=lambda: guard(import_missing_images, failures))
        importing.start()
        wait("the API server", 90, lambda: kubectl("get", "--raw", "/readyz", check=False) == "ok")
        start_controllers()
    with timed("images"):
        importing.join()
        if failures:
            raise failures[0]
    with timed("node ready"):
        start_node()
        jsonpath = "{.status.conditions[?(@.type=='Ready')].status}"
        wait("the node", 90, lambda: kubectl("get", "node", NODE, "-o", f"jsonpath={jsonpath}", check=False) == "True")
        wait("default service account", 60, lambda: kubectl("get", "serviceaccount", "default", check=False))
    print(KUBECONFIG)


def guard(function, failures):
    try:
        function()
    except Exception as failure:  # told by the thread that waits
        failures.append(failure)


# --- operator ----------------------------------------------------------------------------------------------------


def operator(_):
    with timed("definitions"):
        for definition in sorted(CRDS.glob("*.yml")):
            kubectl("apply", "--server-side", "-f", definition)
    with timed("operator ready"):
        volume = {
            "apiVersion": "v1",
            "kind": "PersistentVolume",
            "metadata": {"name": "flink-data"},
            "spec": {
                "accessModes": ["ReadWriteMany"],
                "capacity": {"storage": "1Gi"},
                "persistentVolumeReclaimPolicy": "Retain",
                "hostPath": {"path": f"{HOME}/flink-data", "type": "DirectoryOrCreate"},
            },
        }
        kubectl("apply", "-f", "-", input=json.dumps(volume).encode())
        kubectl("apply", "-f", HERE / "operator" / "jobs-namespace.yaml", "-f", HERE / "operator" / "operator.yaml")
        names = ("flink-conf.yaml", "log4j-operator.properties", "log4j-console.properties")
        configuration = {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "flink-operator-configuration", "namespace": "flink-operator"},
            "data": {name: (HERE / "operator" / name).read_text() for name in names},
        }
        kubectl("apply", "-f", "-", input=json.dumps(configuration).encode())
        kubectl("-n", "flink-operator", "rollout", "status", "deployment/flink-operator", "--timeout=120s")
        kubectl(
            "wait",
            "--for=condition=established",
            "crd/flinkdeployments.flink.apache.org",
            "crd/flinksessionjobs.flink.apache.org",
        )


# --- status and down ---------------------------------------------------------------------------------------------


def status(_):
    for name in recorded():
        print(f"{name:<26}{alive(name) or 'ended'}")
    if alive("kube-apiserver"):
        print(KUBECONFIG)
        print(kubectl("get", "nodes,pods", "-A", "-o", "wide"))
    elif not recorded():
        print("down")
        return 3


def down(arguments):
    for name in ("kubelet", "kube-proxy", "coredns"):
        stop(name)
    if alive("containerd"):
        for task in ctr("tasks", "ls", "-q").split():
            ctr("tasks", "kill", "-s", "KILL", task, check=False)
        for task in ctr("tasks", "ls", "-q").split():
            ctr("tasks", "delete", "-f", task, check=False)
        for container in ctr("containers", "ls", "-q").split():
            ctr("containers", "delete", container, check=False)
    for name in ("containerd", "kube-scheduler", "kube-controller-manager", "kube-apiserver", "etcd"):
        stop(name)
    mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
    for mount in reversed([mount for mount in mounts if mount.startswith(f"{HOME}/")]):
        run("umount", "-l", mount, check=False)
    for hierarchy in Path("/sys/fs/cgroup").glob("*/kubepods"):
        run("find", hierarchy, "-depth", "-type", "d", "-exec", "rmdir", "{}", "+", check=False)
    for link in Path("/var/log/containers").glob("*.log"):
        if str(link.readlink()).startswith(f"{HOME}/"):
            link.unlink()
    if NETWORK.exists():
        made = json.loads(NETWORK.read_text())
        run("ip", "link", "del", made["link"], check=False)
        run("ip", "netns", "del", made["namespace"], check=False)
        NETWORK.unlink()
    for name in ("etcd", "kubelet", "ipam", "containerd", "pod-logs", "pids"):
        shutil.rmtree(HOME / name, ignore_errors=True)
    if arguments.purge:
        shutil.rmtree(HOME, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    for function in (build, built, kubectl_path, up, operator, image, status, down):
        verb = verbs.add_parser("kubectl" if function is kubectl_path else function.__name__)
        verb.set_defaults(function=function)
        if function is image:
            verb.add_argument("name")
            verb.add_argument("layers", nargs="+", metavar="LAYER")
            verb.add_argument(
                "--from", dest="base", metavar="IMAGE", help="start from this image's layers and configuration"
            )
            verb.add_argument("--env", action="append", default=[], metavar="NAME=VALUE")
            verb.add_argument("--entrypoint", metavar="COMMAND")
        if function is down:
            verb.add_argument("--purge", action="store_true")
    arguments = parser.parse_args()
    if os.geteuid():
        raise Failure("it makes network namespaces and runs containers: run it as root")
    return arguments.function(arguments)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failure as failure:
        sys.exit(f"testbed: {failure}")
