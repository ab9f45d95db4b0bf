// The completion scripts of the three shells: each hands the typed words to the program and shows what comes back.

/** The program as a script calls it: the runtime and the bundle, without the launcher, which would cost half of the time. */
export interface CompletionProgram {
  readonly node: string;
  readonly file: string;
  /** Where V8 keeps what it has compiled of the file. */
  readonly cache: string;
}

export const SHELLS = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof SHELLS)[number];

const quote = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** The text to be sourced. An answer's first line is its mode, the others are the words; no answer is no completion. */
export function completionScript(shell: Shell, { node, file, cache }: CompletionProgram): string {
  return SCRIPTS[shell](`env NODE_COMPILE_CACHE=${quote(cache)} ${quote(node)} ${quote(file)} __complete ${shell}`);
}

const SCRIPTS: Readonly<Record<Shell, (call: string) => string>> = {
  bash: (call) => `# bash completion of model-manager: source <(model-manager completion bash)
_model_manager() {
  local mode="" line
  COMPREPLY=()
  while IFS= read -r line; do
    if [ -z "$mode" ]; then mode=$line; else COMPREPLY+=("$line"); fi
  done < <(${call} "$COMP_WORDBREAKS" "\${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
  case $mode in
    open) compopt -o nospace 2>/dev/null ;;
    files) compopt -o default 2>/dev/null ;;
    folders) compopt -o dirnames 2>/dev/null ;;
  esac
}
complete -F _model_manager model-manager
`,
  zsh: (call) => `#compdef model-manager
# zsh completion of model-manager: source <(model-manager completion zsh)
_model_manager() {
  local -a answer
  answer=("\${(@f)$(${call} "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  case $answer[1] in
    words) compadd -- "\${(@)answer[2,-1]}" ;;
    open) compadd -S '' -- "\${(@)answer[2,-1]}" ;;
    files) _files ;;
    folders) _files -/ ;;
  esac
}
if (( $+functions[compdef] )); then compdef _model_manager model-manager; fi
`,
  fish: (call) => `# fish completion of model-manager: model-manager completion fish | source
function __model_manager_complete
    set -l typed (commandline -opc)
    set -l current (commandline -ct)
    set -l answer (${call} $typed[2..-1] "$current" 2>/dev/null)
    switch "$answer[1]"
        case words open
            printf '%s\\n' $answer[2..-1]
        case files
            __fish_complete_path "$current"
        case folders
            __fish_complete_directories "$current"
    end
end
complete -c model-manager -f -a '(__model_manager_complete)'
`,
};
