"""A server that speaks MongoDB's protocol (mongo-java-server), in a JVM of its own.

``mongo.py LIBJVM PORT WIRE JAR…``; WIRE is the version of the protocol that it says it speaks.
"""

from __future__ import annotations

import sys
import threading

import jpype

libjvm, port, wire, *jars = sys.argv[1:]
jpype.startJVM(libjvm, "-Xmx128m", "-XX:+UseSerialGC", classpath=jars)


@jpype.JImplements("de.bwaldvogel.mongo.MongoVersion")
class FiveZero:
    """The server says 8 of its own accord, which today's drivers refuse; MongoDB 5.0 says 13."""

    @jpype.JOverride
    def getVersionArray(self) -> object:
        return jpype.java.util.Arrays.asList(*(jpype.java.lang.Integer(each) for each in (5, 0, 0)))

    @jpype.JOverride
    def getWireVersion(self) -> int:
        return int(wire)


backend = jpype.JClass("de.bwaldvogel.mongo.backend.memory.MemoryBackend")()
backend.version(FiveZero())
jpype.JClass("de.bwaldvogel.mongo.MongoServer")(backend).bind("127.0.0.1", int(port))
threading.Event().wait()
