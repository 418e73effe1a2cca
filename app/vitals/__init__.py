"""How words do in real traffic: counts, quality, and a breaker for runaways."""

from app.vitals.alerts import Alerts
from app.vitals.breaker import BreakerRoom, Hold
from app.vitals.service import Vitals
from app.vitals.settings import BreakerSettings
from app.vitals.stats import TermStat

__all__ = ["Alerts", "BreakerRoom", "BreakerSettings", "Hold", "TermStat", "Vitals"]
