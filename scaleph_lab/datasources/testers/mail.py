"""Mail servers by SMTP, of the standard library."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven
from scaleph_lab.datasources.testers.network import reach

__all__ = ["smtp"]


def smtp(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Greets, and logs in where there is a user. No mail is sent."""
    host, port, security = properties["host"], properties["port"], properties.get("security", "none")
    reach(host, port, seconds)
    context = ssl.create_default_context()
    try:
        if security == "tls":
            client: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=seconds, context=context)
        else:
            client = smtplib.SMTP(host, port, timeout=seconds)
        with client:
            if security == "starttls":
                client.starttls(context=context)
            _, banner = client.ehlo()
            if properties.get("user"):
                client.login(properties["user"], properties["password"])
    except smtplib.SMTPAuthenticationError:
        hint = "Check the user and the secret that holds the password."
        raise ConnectionProblem("authentication", "The server refused the login.", hint, "reachable") from None
    except smtplib.SMTPNotSupportedError as error:
        raise ConnectionProblem("protocol", f"The server cannot do that: {error}", proof="reachable") from None
    except smtplib.SMTPException as error:
        raise ConnectionProblem(
            "protocol", f"It is no SMTP server: {type(error).__name__}.", proof="reachable"
        ) from None
    version = banner.decode(errors="replace").splitlines()[0] if banner else ""
    return Proven("authenticated" if properties.get("user") else "queried", version=version)
