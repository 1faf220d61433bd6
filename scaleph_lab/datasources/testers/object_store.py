"""S3 and what speaks its protocol, OSS too, by boto3."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scaleph_lab.datasources.outcome import ConnectionProblem, Proven, driver
from scaleph_lab.datasources.testers.network import address_of, reach

__all__ = ["s3"]


def s3(properties: Mapping[str, Any], test: Mapping[str, Any], seconds: float) -> Proven:
    """Asks for the bucket's first key."""
    boto3 = driver("boto3", "boto3")
    botocore = driver("botocore.exceptions", "boto3")
    config = driver("botocore.config", "boto3")
    if endpoint := properties.get("endpoint"):
        reach(*address_of(endpoint, None), seconds)
    client = boto3.client(
        "s3",
        endpoint_url=endpoint,
        region_name=properties.get("region", "us-east-1"),
        aws_access_key_id=properties.get("access_key"),
        aws_secret_access_key=properties.get("secret_key"),
        config=config.Config(connect_timeout=seconds, read_timeout=seconds, retries={"max_attempts": 0}),
    )
    try:
        answer = client.list_objects_v2(Bucket=properties["bucket"], MaxKeys=1)
    except botocore.ClientError as error:
        code = error.response.get("Error", {}).get("Code", "")
        if code in {"NoSuchBucket", "404"}:
            words = f"There is no bucket {properties['bucket']!r}."
            raise ConnectionProblem("not_found", words, "Check its name and region.", "reachable") from None
        if code in {"AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "403"}:
            hint = "Check the secrets of both keys, and what they may do with the bucket."
            raise ConnectionProblem(
                "authentication", f"The store refused the keys ({code}).", hint, "reachable"
            ) from None
        raise ConnectionProblem("failed", f"The store answered {code}.", proof="reachable") from None
    except botocore.NoCredentialsError:
        raise ConnectionProblem("authentication", "This machine has no instance profile.", "Use keys.") from None
    return Proven("authenticated", version=str(answer["ResponseMetadata"]["HTTPHeaders"].get("server", "")))
