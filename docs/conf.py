"""Settings of Sphinx; `make docs` builds the pages and runs the examples in them."""

import logging
import sys
from pathlib import Path

import mpgcert

sys.path.insert(0, str(Path(__file__).with_name("_ext")))

logging.getLogger("mpgcert").setLevel(logging.WARNING)  # a style of the theme makes Python print all messages

project = "mpgcert"
author = "The mpgcert developers"
project_copyright = author
release = mpgcert.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.napoleon",
    "sphinx_gallery.gen_gallery",
    "docstrings",
    "generated",
    "mathml",
]
exclude_patterns = ["_build", "_ext", "gallery", "generated/gallery/*.py", "generated/gallery/*.ipynb"]
nitpicky = True
nitpick_ignore_regex = [("py:class", ".*")]  # annotations name types of other packages and working parts
suppress_warnings = ["config.cache"]

myst_enable_extensions = ["colon_fence", "dollarmath", "attrs_block"]
myst_heading_anchors = 3

default_role = "code"
autodoc_typehints = "signature"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True}
python_maximum_signature_line_length = 100

sphinx_gallery_conf = {
    "examples_dirs": "gallery",
    "gallery_dirs": "generated/gallery",
    "filename_pattern": r"\.py$",
    "within_subsection_order": "FileNameSortKey",
    "abort_on_example_error": True,
    "show_memory": False,
    "show_signature": False,
    "min_reported_time": 1000,
    "remove_config_comments": True,
    "image_srcset": ["2x"],
    "write_computation_times": False,
    "download_all_examples": False,
    "default_thumb_file": str(Path(__file__).parent / "_static" / "report.png"),
}

html_theme = "furo"
html_title = "mpgcert"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_math_renderer = "mathml"
html_copy_source = False
html_theme_options = {"navigation_with_keys": True}

# Examples in docstrings see the names of their modules.
doctest_global_setup = """
from importlib import import_module
from pathlib import Path

import mpgcert

_root = Path(mpgcert.__file__).parent
for _path in sorted(_root.rglob("*.py")):
    if ">>>" in _path.read_text("utf-8"):
        globals().update(vars(import_module(".".join(_path.relative_to(_root.parent).with_suffix("").parts))))
"""
