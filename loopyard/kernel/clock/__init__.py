"""Time: the one place that knows how tasks wait. Everything else in the house asks a Clock and never asyncio."""

from loopyard.kernel.clock.base import Clock, Handle, Signal, Timer
from loopyard.kernel.clock.crew import Crew
from loopyard.kernel.clock.real import RealClock
from loopyard.kernel.clock.skewed import SkewedClock
from loopyard.kernel.clock.virtual import VirtualClock

__all__ = ["Clock", "Crew", "Handle", "RealClock", "Signal", "SkewedClock", "Timer", "VirtualClock"]
