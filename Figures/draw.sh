#!/bin/sh
# Draws the figures of the study from the results in Results: all of them, or those that are named.
#
#   sh Figures/draw.sh               # all
#   sh Figures/draw.sh hops rotary   # two of them
set -eu
lab=${DILUTION:-.build/release/dilution}
wanted=" $* "

# figure NAME RUN PLOT OPTIONS…: draws Figures/NAME/NAME.png, .svg and .csv.
figure() {
  name=$1 run=$2 plot=$3
  shift 3
  case $wanted in
  "  " | *" $name "*) ;;
  *) return 0 ;;
  esac
  mkdir -p "Figures/$name"
  "$lab" plot "$plot" "Results/$run" "$@" --out "Figures/$name/$name.png" \
    --out "Figures/$name/$name.svg" --out "Figures/$name/$name.csv"
}

figure methods-mass paper/curve dilution-curve --bound --training-length 160 --method in-context \
  --method "qttt policy=uniform" --method "qttt policy=guided" --method "qttt policy=oracle" \
  --method query-scale
# A trace of key-value that ends by itself is the answer in context: what is drawn of thinking is the one
# that is written again until the budget is spent.
figure methods-accuracy paper/curve accuracy-curve --training-length 160 --method in-context \
  --method "thinking repeated" --method self-consistency --method beam --method "qttt policy=uniform" \
  --method "qttt policy=guided" --method "qttt policy=oracle" --method query-scale
figure methods-answer-probability paper/curve accuracy-curve --measure answer-probability \
  --training-length 160 --method in-context --method "thinking repeated" --method self-consistency \
  --method beam --method "qttt policy=uniform" --method "qttt policy=guided" \
  --method "qttt policy=oracle" --method query-scale
figure margin paper/curve margin --training-length 160 --method in-context \
  --method "qttt policy=guided" --method query-scale
figure frontier paper/frontier frontier --measure answer-probability
figure steps-span paper/steps-span steps-heatmap --measure answer-probability
figure heads paper/heads head-heatmaps
figure rotary paper/rotary rotary --training-length 160
figure learning-rate paper/rates learning-rate
figure wall-clock paper/curve wall-clock --length 160 --length 1280 --length 5120 --method in-context \
  --method "thinking repeated" --method self-consistency --method beam --method "qttt policy=uniform" \
  --method "qttt policy=guided"
figure controls paper/curve controls --training-length 160
figure similarity paper/similarity similarity --training-length 160 --measure answer-probability
figure rehearsal paper/rehearsal rehearsal --measure answer-probability
figure hops paper/hops hops --training-length 160
figure depth paper/depth depth-heatmap --measure answer-probability
figure requirement theory/facts requirement
figure query-gain theory/facts query-gain --training-length 160
figure signal theory/traces signal --training-length 160
figure attention-profile theory/profile attention-profile --length 1280
figure alignment paper/alignment controls --training-length 160 \
  --method "alignment evidence=gold" --method "alignment evidence=picked" \
  --method "alignment evidence=random"
figure alignment-mass paper/alignment dilution-curve --training-length 160
figure code-bug-mass paper-tasks/code dilution-curve --bound --training-length 160 --method in-context \
  --method "qttt policy=uniform" --method "qttt policy=guided" --method query-scale
figure code-bug-accuracy paper-tasks/code accuracy-curve --training-length 160 --method in-context \
  --method "qttt policy=uniform" --method "qttt policy=guided" --method "qttt policy=oracle" \
  --method thinking --method "thinking repeated" --method query-scale
figure transaction-log-mass paper-tasks/log dilution-curve --bound --training-length 160 --method in-context \
  --method "qttt policy=uniform" --method "qttt policy=guided" --method query-scale
figure transaction-log-accuracy paper-tasks/log accuracy-curve --training-length 160 --method in-context \
  --method "qttt policy=uniform" --method "qttt policy=guided" --method "qttt policy=oracle" \
  --method thinking --method "thinking repeated" --method query-scale
