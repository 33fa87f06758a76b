# SPDX-License-Identifier: GPL-2.0-only
#
# gnuplot -e "dir='build/bench'" bench/plot.gp: early boot, adding and restoring
# over the number of scattered pages, from icount.txt.

set terminal svg size 800,500 background rgb 'white'
set logscale xy
set grid
set key outside below
set xlabel 'scattered pages'

# rows KERNEL FIGURE: pieces and figure; with "over", less what none of them cost
rows(kernel, figure, over) = sprintf("< awk -v f=%s -v o=%d '/^kernel=%s workload=scattered/ { for (i = 1; i <= NF; i++) { split($i, p, \"=\"); n[p[1]] = p[2] } if (n[\"pieces\"] + 0) print n[\"pieces\"], n[f] - o * none; else none = n[f] }' %s/icount.txt", figure, over, kernel, dir)
found(kernel) = int(system(sprintf("grep -c '^kernel=%s workload=scattered' %s/icount.txt || true", kernel, dir))) > 1
kernels = 'bench peer peer-search'
title(k) = k eq 'bench' ? 'this work' : (k eq 'peer' ? 'the peer' : 'the peer with a binary search')

set ylabel 'early boot, ms'
set output dir.'/early-boot.svg'
plot for [k in kernels] found(k) ? rows(k, 'boot', 1) : '/dev/null' using 1:($2 / 1e6) with linespoints title found(k) ? title(k) : ''

set ylabel 'ns a page'
set output dir.'/add-restore.svg'
plot for [k in kernels] found(k) ? rows(k, 'add', 0) : '/dev/null' using 1:($2 / $1) with linespoints title found(k) ? title(k).', add' : '', \
     for [k in kernels] found(k) ? rows(k, 'restore', 0) : '/dev/null' using 1:($2 / $1) with linespoints dashtype 2 title found(k) ? title(k).', restore' : ''
