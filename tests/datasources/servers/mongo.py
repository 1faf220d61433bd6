"""A server that speaks MongoDB's protocol (mongo-java-server), in a JVM of its own: ``mongo.py LIBJVM PORT JAR…``."""

from __future__ import annotations

import sys
import threading

import jpype

libjvm, port, *jars = sys.argv[1:]
jpype.startJVM(libjvm, "-Xmx128m", "-XX:+UseSerialGC", classpath=jars)
backend = jpype.JClass("de.bwaldvogel.mongo.backend.memory.MemoryBackend")()
# Its newest: clients refuse the wire protocol of its default.
backend.version(jpype.JClass("de.bwaldvogel.mongo.ServerVersion").MONGO_5_0)
jpype.JClass("de.bwaldvogel.mongo.MongoServer")(backend).bind("127.0.0.1", int(port))
threading.Event().wait()
