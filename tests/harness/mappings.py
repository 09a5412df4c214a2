"""Lambda's event source mappings through boto3, and config files that declare functions."""

import json
import pathlib

from harness.clients import make_client
from harness.wire import REGION

ACCOUNT = "000000000000"


def make_lambda_client(endpoint: str, region: str = REGION):
    return make_client(endpoint, region, service="lambda")


def function_arn(name: str, region: str = REGION) -> str:
    return f"arn:aws:lambda:{region}:{ACCOUNT}:function:{name}"


def write_config(file: pathlib.Path, sections: dict[str, dict[str, dict]]) -> pathlib.Path:
    """[section.name] with the settings of each; JSON's strings, numbers and lists are TOML's."""
    lines = []
    for section, entries in sections.items():
        for name, settings in entries.items():
            lines.append(f"[{section}.{name}]")
            lines += [f"{setting} = {json.dumps(value, ensure_ascii=False)}" for setting, value in settings.items()]
    file.write_text("\n".join(lines) + "\n")
    return file
