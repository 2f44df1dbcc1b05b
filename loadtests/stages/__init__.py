"""What each profile sets up before its crowd comes, and how it is judged afterwards."""

from collections.abc import Mapping
from typing import Final

from loadtests.stages.elders import ELDERS
from loadtests.stages.evening import EVENING
from loadtests.stages.release import RELEASE
from loadtests.stages.rush import RUSH
from loadtests.stages.stage import Profile

PROFILES: Final[Mapping[str, Profile]] = {each.name: each for each in (RELEASE, RUSH, EVENING, ELDERS)}
