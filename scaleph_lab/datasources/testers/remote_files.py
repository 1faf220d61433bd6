"""FTP by the standard library, SFTP by asyncssh."""

from __future__ import annotations

import asyncio
import ftplib
from collections.abc import Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, driver
from scaleph_lab.datasources.testers.network import reach

__all__ = ["ftp", "sftp"]

_HINT = "Check the user and the secret of the password or key."


def ftp(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Logs in, and asks for the current folder."""
    reach(properties["host"], properties["port"], seconds)
    secure = properties.get("tls", False)
    with (ftplib.FTP_TLS if secure else ftplib.FTP)(timeout=seconds) as client:
        try:
            greeting = client.connect(properties["host"], properties["port"])
            client.login(properties["user"], properties["password"])
            client.pwd()
        except ftplib.error_perm as error:
            if str(error).startswith("530"):
                raise ConnectionProblem("authentication", "The server refused the login.", _HINT, "reachable") from None
            raise ConnectionProblem("failed", f"The server answered: {str(error)[:200]}", proof="reachable") from None
    return Proven("authenticated", version=greeting.removeprefix("220").strip(" -"))


def sftp(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Logs in by password or key, and asks for the current folder."""
    asyncssh = driver("asyncssh", "asyncssh")
    reach(properties["host"], properties["port"], seconds)
    return asyncio.run(asyncio.wait_for(_sftp(asyncssh, properties), seconds))


async def _sftp(asyncssh: Any, properties: Mapping[str, Any]) -> Proven:
    host_key = properties.get("host_key")
    known = asyncssh.import_known_hosts(f"* {host_key}\n") if host_key else None
    by_key = properties.get("auth") == "key"
    try:
        keys = [asyncssh.import_private_key(properties["private_key"])] if by_key else None
        login = {"client_keys": keys} if by_key else {"password": properties["password"], "client_keys": None}
        async with asyncssh.connect(
            properties["host"],
            properties["port"],
            username=properties["user"],
            known_hosts=known,
            agent_path=None,
            config=None,
            **login,
        ) as connection:
            async with connection.start_sftp_client() as client:
                await client.getcwd()
            version = str(connection.get_extra_info("server_version", ""))
    except asyncssh.HostKeyNotVerifiable:
        hint = "Compare it with its owner. Nothing was told to this server."
        raise ConnectionProblem("tls", "The server's host key is another.", hint, "reachable") from None
    except asyncssh.PermissionDenied:
        raise ConnectionProblem("authentication", "The server refused the login.", _HINT, "reachable") from None
    except asyncssh.KeyImportError:
        raise ConnectionProblem("authentication", "The secret holds no private key.", "OpenSSH form is read.") from None
    return Proven("authenticated", version, "" if host_key else "The server's host key was not checked.")
