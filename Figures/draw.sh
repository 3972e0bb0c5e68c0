#!/bin/sh
# Draws the figures of the study from the results in Results/paper: all of them, or those that are named.
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
  "$lab" plot "$plot" "Results/paper/$run" "$@" --out "Figures/$name/$name.png" \
    --out "Figures/$name/$name.svg" --out "Figures/$name/$name.csv"
}

figure methods-mass curve dilution-curve --bound --training-length 160 --method in-context \
  --method thinking --method "qttt policy=uniform" --method "qttt policy=guided" \
  --method "qttt policy=oracle"
figure methods-accuracy curve accuracy-curve --training-length 160 --method in-context \
  --method thinking --method self-consistency --method beam --method "qttt policy=uniform" \
  --method "qttt policy=guided" --method "qttt policy=oracle" --method query-scale
figure methods-answer-probability curve accuracy-curve --measure answer-probability \
  --training-length 160 --method in-context --method thinking --method self-consistency \
  --method beam --method "qttt policy=uniform" --method "qttt policy=guided" \
  --method "qttt policy=oracle" --method query-scale
figure margin curve margin --training-length 160 --method in-context \
  --method "qttt policy=guided" --method query-scale
figure frontier frontier frontier --measure answer-probability
figure steps-span steps-span steps-heatmap --measure answer-probability
figure heads heads head-heatmaps
figure rotary rotary rotary --training-length 160
figure learning-rate rates learning-rate
figure wall-clock curve wall-clock --length 160 --length 1280 --length 5120 --method in-context \
  --method thinking --method self-consistency --method beam --method "qttt policy=uniform" \
  --method "qttt policy=guided"
figure controls curve controls --training-length 160
figure similarity similarity similarity --training-length 160 --measure answer-probability
figure rehearsal rehearsal accuracy-curve --measure answer-probability
figure hops hops hops --training-length 160
figure depth depth depth-heatmap --measure answer-probability
