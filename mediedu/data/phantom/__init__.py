"""Made-up images whose truth is known to the pixel: masses, brains, lesions, nuclei, CT, lung."""

from mediedu.data.phantom.brain_slice import brain_slice
from mediedu.data.phantom.breast_mass import breast_mass
from mediedu.data.phantom.breast_tissue import breast_tissue
from mediedu.data.phantom.burned_in import BurnedIn, burned_in
from mediedu.data.phantom.ct_section import ct_section
from mediedu.data.phantom.lung_block import lung_block
from mediedu.data.phantom.nuclei import nuclei
from mediedu.data.phantom.phantom import Phantom
from mediedu.data.phantom.white_matter_lesions import white_matter_lesions

__all__ = [
    "BurnedIn",
    "Phantom",
    "brain_slice",
    "breast_mass",
    "breast_tissue",
    "burned_in",
    "ct_section",
    "lung_block",
    "nuclei",
    "white_matter_lesions",
]
