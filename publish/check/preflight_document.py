"""Rules about the file as a whole: what it claims, its intent, and what must not be in it."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

from publish.check.epub_faults import excerpt
from publish.check.preflight_job import DAMAGE, Job
from publish.check.preflight_rules import Findings
from publish.check.preflight_unpack import TooLarge, decoded, is_dictionary
from publish.model.printers import Side

#: What a claim is spelled like, and the standard it is (ISO 15930; Info or XMP).
CLAIMS = {
    "PDF/X-4": "x4",
    "PDF/X-3:2002": "x3",
    "PDF/X-3:2003": "x3",
    "PDF/X-1a:2001": "x1a",
    "PDF/X-1a:2003": "x1a",
}
#: X-1a:2001 names itself in two entries: the version, and how it conforms to it.
_X1_VERSION = "PDF/X-1:2001"
#: The latest version of PDF that a claim allows: for X-1a and X-3 1.3, as revised in 2003 1.4.
_VERSIONS = {
    "PDF/X-4": (1, 6),
    "PDF/X-3:2002": (1, 3),
    "PDF/X-3:2003": (1, 4),
    "PDF/X-1a:2001": (1, 3),
    "PDF/X-1a:2003": (1, 4),
}
#: Printing conditions of the ICC's registry that printers know.
CONDITIONS = re.compile(
    r"(FOGRA(27|29|30|39|45|47|51|52|53|54)L?|CGATS ?TR ?00[1-7]|CGATS21-2-CRPC[1-7]|IFRA26"
    r"|JC20(01|11)2?0?\d*|JapanColor2\d{3}\w*|CN\d+|PSO\w+|EUROSB104|SWOP\w*)",
    re.IGNORECASE,
)
_XMP_VERSION = re.compile(rb"GTS_PDFXVersion(?:>|\s*=\s*[\"'])\s*([^<\"']{1,64})")
#: Annotations of a page that are looked at.
_NOTES_LIMIT = 200
_XMP_LIMIT = 4 * 1024 * 1024
#: Bytes of a profile that are looked at: its header.
_PROFILE_LIMIT = 16 * 1024 * 1024


def claim(document: Any) -> str:
    """What the file says of itself: ``PDF/X-4`` and the like, empty if nothing."""
    metadata = document.Root.get("/Metadata")
    if metadata is not None:
        try:
            found = _XMP_VERSION.search(decoded(metadata, _XMP_LIMIT))
        except (TooLarge, AttributeError):
            found = None
        if found:
            return found[1].decode("utf-8", "replace").strip()
    info = document.trailer.get("/Info", {})
    version = str(info.get("/GTS_PDFXVersion", "")).strip()
    if version == _X1_VERSION:
        return str(info.get("/GTS_PDFXConformance", version)).strip()
    return version


def check_claim(document: Any, said: str, job: Job, findings: Findings) -> None:
    """PRE-STANDARD: the claim, and whether the printer takes it."""
    accepted = job.printer.standards
    wanted = ", ".join(name for name, standard in CLAIMS.items() if standard in accepted)
    if said and said not in CLAIMS:
        findings.tell(
            "PRE-STANDARD", "file", f"claims to be {excerpt(said)}, which is no PDF/X here"
        )
    elif said and CLAIMS[said] not in accepted:
        hint = f"{job.printer.name} takes {wanted}"
        findings.tell("PRE-STANDARD", "file", f"is {said}, which the printer does not take", hint)
    elif not said and "plain" not in accepted and job.kind in ("press", "cover"):
        hint = f"{job.printer.name} takes {wanted}"
        findings.tell("PRE-STANDARD", "file", "claims no PDF/X standard", hint)


def told_binding(document: Any) -> Side:
    """The binding that a viewer shows two pages by (ISO 32000-1, 12.2)."""
    try:
        direction = document.Root.get("/ViewerPreferences", {}).get("/Direction")
    except DAMAGE:
        return "left"
    return "right" if str(direction) == "/R2L" else "left"


def check_document(document: Any, said: str, job: Job, findings: Findings) -> None:
    """The rules about the file; those of PDF/X only where it claims one."""
    root = document.Root
    if job.standard != "plain":
        _intent(root, findings)
        info = document.trailer.get("/Info", {})
        if str(info.get("/Trapped", "")) not in ("/True", "/False"):
            findings.tell("PRE-TRAPPED", "file", "Info does not say /Trapped /True or /False")
        version = _version(document)
        if version > _VERSIONS[said]:
            most = ".".join(map(str, _VERSIONS[said]))
            what = f"is PDF {version[0]}.{version[1]}; the standard allows {most}"
            findings.tell("PRE-VERSION", "file", what)
        if "/ID" not in document.trailer:
            findings.tell("PRE-ID", "file", "the trailer has no /ID")
    if document.is_encrypted:
        findings.tell("PRE-ENCRYPT", "file", "is encrypted")
    if job.kind in ("press", "booklet") and told_binding(document) != job.binding:
        here, there = ("/R2L", "right") if job.binding == "left" else ("/L2R, or nothing,", "left")
        what = f"says {here} of its pages, as if it were bound on the {there}"
        findings.tell("PRE-DIRECTION", "file", what)
    _contents(root, job, findings)


def _version(document: Any) -> tuple[int, int]:
    spelled = max(str(document.pdf_version), str(document.Root.get("/Version", "/0"))[1:])
    match = re.match(r"(\d)\.(\d)", spelled)
    return (int(match[1]), int(match[2])) if match else (9, 9)


def _intent(root: Any, findings: Findings) -> None:
    """PRE-INTENT and PRE-CONDITION."""
    intents = [
        one for one in root.get("/OutputIntents", ()) if str(one.get("/S", "")) == "/GTS_PDFX"
    ]
    if len(intents) != 1:
        count = "no" if not intents else str(len(intents))
        findings.tell("PRE-INTENT", "file", f"has {count} output intents GTS_PDFX, not one")
        return
    intent = intents[0]
    condition = str(intent.get("/OutputConditionIdentifier", ""))
    profile = intent.get("/DestOutputProfile")
    if profile is not None:
        fault = _profile_fault(profile)
        if fault:
            findings.tell("PRE-INTENT", "file", f"the profile of the output intent {fault}")
    if not CONDITIONS.match(condition):
        if profile is None:
            what = (
                f"the output intent has no profile, and {excerpt(condition)} is no known condition"
            )
            findings.tell("PRE-INTENT", "file", what)
        elif not condition:
            findings.tell("PRE-CONDITION", "file", "the output intent names no condition")
        elif "/RegistryName" in intent:
            what = f"{excerpt(condition)} is no condition of the registry that it names"
            findings.tell("PRE-CONDITION", "file", what)
        elif condition != "Custom":
            what = f"the condition {excerpt(condition)} is in no registry known here"
            findings.tell("PRE-CONDITION", "file", what)


def _profile_fault(profile: Any) -> str:
    """What is wrong with an ICC profile (ICC.1:2010, 7.2: its header)."""
    try:
        head = decoded(profile, _PROFILE_LIMIT)[:128]
    except TooLarge:
        return "is larger than any"
    if len(head) < 128 or head[36:40] != b"acsp":
        return "is no ICC profile"
    if head[16:20] != b"CMYK" or int(profile.get("/N", 0)) != 4:
        return "is not for CMYK"
    if head[12:16] != b"prtr":
        return "is not of a printer"
    if head[8] not in (2, 4):
        return f"is of version {head[8]}"
    return ""


def _contents(root: Any, job: Job, findings: Findings) -> None:
    """What must not be in the file at all."""
    names = root.get("/Names", {})
    action = root.get("/OpenAction")
    # An array there only says which page is shown first.
    acts = is_dictionary(action) and "/S" in action
    if "/AA" in root or "/JavaScript" in names or acts:
        findings.tell("PRE-SCRIPT", "file", "has scripts or actions")
    if "/EmbeddedFiles" in names or "/AF" in root:
        findings.tell("PRE-ATTACHMENT", "file", "has files attached")
    form = root.get("/AcroForm")
    if form is not None and (len(form.get("/Fields", ())) or "/XFA" in form):
        findings.tell("PRE-FORM", "file", "has form fields")
    if "/Outlines" in root and not job.printer.annotations:
        findings.tell("PRE-OUTLINE", "file", "has bookmarks")


def check_page_object(page: Any, place: str, job: Job, findings: Findings) -> None:
    """PRE-ANNOTATION and PRE-SCRIPT of one page."""
    kinds = {
        str(note.get("/Subtype", "/?"))[1:25]
        for note in islice(page.obj.get("/Annots", ()), _NOTES_LIMIT)
    }
    # Trap nets and printer's marks are annotations that print shops themselves put there.
    kinds -= {"TrapNet", "PrinterMark"}
    if kinds and not job.printer.annotations:
        findings.tell("PRE-ANNOTATION", place, f"has annotations ({', '.join(sorted(kinds))})")
    if "/AA" in page.obj:
        findings.tell("PRE-SCRIPT", place, "has actions")
