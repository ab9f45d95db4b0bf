// Classes of models and of what joblib stores: their instances stay records, which other readers look into.

import { keep } from "./argument-shapes.ts";
import { rows, type Constructor, type ConstructorRows } from "./constructor.ts";

/** Instances made without arguments; BUILD gives them their state. */
const INSTANCE: Constructor = { create: keep([]) };

export const MODEL_ROWS: ConstructorRows = [
  ...rows(["joblib.numpy_pickle"], ["NumpyArrayWrapper"], INSTANCE),
  ...rows(["xgboost.core"], ["Booster"], INSTANCE),
  ...rows(["xgboost.sklearn"], ["XGBModel", "XGBClassifier", "XGBRegressor", "XGBRanker", "XGBRFClassifier", "XGBRFRegressor"], INSTANCE),
  ...rows(["xgboost.compat"], ["XGBoostLabelEncoder"], INSTANCE),
  ...rows(["sklearn.preprocessing.label", "sklearn.preprocessing._label"], ["LabelEncoder"], INSTANCE),
];
