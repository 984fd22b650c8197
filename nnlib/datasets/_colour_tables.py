"""Published colours of stars and quasars, in magnitudes, thinned to what a generator needs."""

import numpy as np

# The stellar locus: K. R. Covey and others (2007), The Astronomical Journal 134, 2398, table 1, in
# steps of 0.2 instead of 0.02, rounded to 0.01. For each colour the median and the width of the
# locus. Read from a copy (locus.txt in github.com/deapplegate/wtgpipeline) that seems smoothed over
# neighbouring rows. The last column is no published number: a rough share of stars at this g-i,
# after the two humps of its histogram, the stars of the turn-off and the M dwarfs.
STELLAR_LOCUS = np.array(
    [
        # g-i     u-g          g-r          r-i          i-z      stars
        [0.4, 1.09, 0.09, 0.30, 0.02, 0.10, 0.03, 0.01, 0.03, 5],
        [0.6, 1.26, 0.10, 0.44, 0.02, 0.16, 0.02, 0.04, 0.03, 10],
        [0.8, 1.56, 0.13, 0.58, 0.02, 0.21, 0.02, 0.08, 0.04, 8],
        [1.0, 1.89, 0.13, 0.73, 0.03, 0.27, 0.03, 0.12, 0.04, 6],
        [1.2, 2.17, 0.13, 0.87, 0.02, 0.32, 0.02, 0.16, 0.03, 5],
        [1.4, 2.38, 0.10, 1.01, 0.02, 0.38, 0.03, 0.20, 0.03, 4],
        [1.6, 2.52, 0.10, 1.15, 0.02, 0.45, 0.03, 0.24, 0.04, 4],
        [1.8, 2.60, 0.10, 1.26, 0.03, 0.54, 0.03, 0.29, 0.04, 5],
        [2.0, 2.62, 0.11, 1.35, 0.03, 0.65, 0.03, 0.35, 0.04, 7],
        [2.2, 2.61, 0.13, 1.40, 0.04, 0.79, 0.04, 0.43, 0.04, 9],
        [2.4, 2.60, 0.16, 1.41, 0.05, 0.98, 0.04, 0.52, 0.04, 10],
        [2.6, 2.59, 0.20, 1.41, 0.05, 1.18, 0.05, 0.62, 0.04, 8],
        [2.8, 2.61, 0.28, 1.43, 0.06, 1.37, 0.05, 0.72, 0.04, 5],
        [3.0, 2.62, 0.43, 1.47, 0.05, 1.52, 0.05, 0.81, 0.04, 2],
        [3.2, 2.62, 0.47, 1.52, 0.04, 1.68, 0.05, 0.90, 0.05, 1],
    ]
)

# Quasars: G. T. Richards and others (2001), The Astronomical Journal 121, 2308, the table of
# median colours by redshift, every second bin below z = 2.1, rounded to 0.01. For each colour the
# median, and a quarter of the distance between the two limits given: the standard deviation, if the
# colours are normal and 95 in 100 lie between the limits. At last the quasars counted for g-r.
# Read from a copy (original_data/median_color.txt in github.com/rahulporuri/quasar_colors).
# Above z = 3 the u band holds too little light for a u-g, so the table ends there.
QUASAR_COLOURS = np.array(
    [
        # z       u-g          g-r           r-i          i-z     quasars
        [0.1, 0.25, 0.11, 0.36, 0.10, 0.45, 0.10, 0.14, 0.13, 14],
        [0.2, 0.23, 0.25, 0.40, 0.18, 0.36, 0.09, 0.09, 0.11, 33],
        [0.3, 0.21, 0.19, 0.39, 0.21, 0.15, 0.11, 0.49, 0.10, 41],
        [0.4, 0.18, 0.15, 0.10, 0.24, 0.12, 0.14, 0.37, 0.18, 49],
        [0.5, 0.28, 0.13, -0.06, 0.19, 0.21, 0.12, 0.10, 0.10, 58],
        [0.6, 0.34, 0.10, -0.07, 0.19, 0.16, 0.16, -0.04, 0.09, 39],
        [0.7, 0.33, 0.11, 0.01, 0.09, 0.02, 0.10, 0.13, 0.10, 43],
        [0.8, 0.29, 0.15, 0.04, 0.14, -0.07, 0.09, 0.14, 0.08, 57],
        [0.9, 0.25, 0.15, 0.12, 0.10, -0.07, 0.07, 0.13, 0.09, 54],
        [1.0, 0.16, 0.10, 0.24, 0.09, -0.04, 0.07, 0.03, 0.08, 45],
        [1.1, 0.11, 0.11, 0.21, 0.10, -0.04, 0.06, -0.07, 0.10, 56],
        [1.2, 0.06, 0.14, 0.27, 0.11, 0.03, 0.07, -0.07, 0.10, 67],
        [1.3, 0.07, 0.15, 0.26, 0.14, 0.03, 0.12, -0.06, 0.11, 60],
        [1.4, 0.07, 0.11, 0.25, 0.10, 0.09, 0.07, -0.03, 0.08, 56],
        [1.5, 0.17, 0.20, 0.15, 0.15, 0.18, 0.07, -0.03, 0.11, 73],
        [1.6, 0.21, 0.10, 0.07, 0.08, 0.22, 0.06, 0.00, 0.09, 81],
        [1.7, 0.11, 0.10, 0.04, 0.15, 0.25, 0.12, 0.02, 0.08, 59],
        [1.8, 0.08, 0.18, 0.04, 0.14, 0.27, 0.09, 0.03, 0.09, 67],
        [1.9, -0.01, 0.18, 0.05, 0.12, 0.25, 0.08, 0.06, 0.08, 58],
        [2.0, 0.04, 0.17, 0.06, 0.09, 0.17, 0.08, 0.18, 0.09, 50],
        [2.1, 0.18, 0.12, 0.10, 0.17, 0.11, 0.10, 0.22, 0.09, 48],
        [2.2, 0.29, 0.17, 0.07, 0.16, 0.12, 0.11, 0.22, 0.08, 135],
        [2.4, 0.57, 0.23, 0.06, 0.20, 0.08, 0.11, 0.25, 0.13, 55],
        [2.6, 0.80, 0.23, 0.17, 0.18, 0.08, 0.12, 0.25, 0.12, 39],
        [2.8, 1.05, 0.37, 0.14, 0.15, 0.11, 0.14, 0.17, 0.13, 32],
        [3.0, 1.48, 0.29, 0.24, 0.20, 0.09, 0.15, 0.11, 0.10, 20],
    ]
)

# Stars off the locus: the middle and half the width of the boxes in which the survey expects white
# dwarfs and A stars (G. T. Richards and others, 2002, The Astronomical Journal 123, 2945, section
# 3.5; from memory). That each is one star in a hundred is a round guess.
#           u-g           g-r          r-i           i-z
WHITE_DWARFS = np.array([-0.05, 0.38, -0.45, 0.18, -0.55, 0.23, -0.55, 0.23])
A_STARS = np.array([1.05, 0.18, -0.25, 0.13, -0.15, 0.18, -0.10, 0.15])
