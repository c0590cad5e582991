"""Each client of AWS reads the descriptions of its service anew, a megabyte of JSON that nobody changes. In tests, which make
many clients, each description is read once in a process."""

from functools import cache, partial

from botocore.loaders import JSONFileLoader


def read_once() -> None:
    JSONFileLoader.load_file = staticmethod(cache(partial(JSONFileLoader.load_file, JSONFileLoader())))
