// Runs before each test file, in its process.

import { checkLeaksAfterFile } from "./leak-check.ts";

checkLeaksAfterFile();
