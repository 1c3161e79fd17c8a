"""Where arrays come from: files, embedded sets, phantoms, fetched sets."""

from mediedu.data.cine import Cine
from mediedu.data.image import Image
from mediedu.data.volume import Volume

__all__ = ["Cine", "Image", "Volume"]
