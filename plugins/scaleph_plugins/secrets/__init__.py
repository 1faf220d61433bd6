"""The built-in secret stores: the environment, an encrypted file, files, and the key ring of the operating system."""

from scaleph_plugins.secrets.encrypted import EncryptedSecrets
from scaleph_plugins.secrets.environment import EnvironmentSecrets
from scaleph_plugins.secrets.files import FileSecrets
from scaleph_plugins.secrets.keyring import KeyringSecrets

__all__ = ["EncryptedSecrets", "EnvironmentSecrets", "FileSecrets", "KeyringSecrets"]
