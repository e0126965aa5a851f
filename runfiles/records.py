"""The files of a run as types: what is written, what is read, and what their schemas say."""

from __future__ import annotations

from runfiles.ceilings import Ceilings as Ceilings
from runfiles.ceilings import Copy as Copy
from runfiles.ceilings import Gather as Gather
from runfiles.ceilings import Product as Product
from runfiles.discard import Discard as Discard
from runfiles.plan import Arm as Arm
from runfiles.plan import Interpreters as Interpreters
from runfiles.plan import Limits as Limits
from runfiles.plan import Pair as Pair
from runfiles.plan import Plan as Plan
from runfiles.process import Check as Check
from runfiles.process import Noise as Noise
from runfiles.process import Process as Process
from runfiles.process import Series as Series
from runfiles.process import flat as flat
from runfiles.record import VERSION as VERSION
from runfiles.record import Floats as Floats
from runfiles.record import Record as Record
from runfiles.spec import Cost as Cost
from runfiles.spec import Data as Data
from runfiles.spec import Parameter as Parameter
from runfiles.spec import Source as Source
from runfiles.spec import Spec as Spec
