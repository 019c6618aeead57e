import type { Shell } from '../../shapes/command.js'

/**
 * They know nothing of commands: all of them ask `cto __complete`, whose answer is a line for each candidate, value and
 * description separated by a tab, or `:files` alone for the names of files.
 */
export const scripts: Record<Shell, string> = {
  bash: `# cto: completion for bash
_cto() {
  # The shell splits words at @ and : too: what it will replace is less than the word that was typed.
  local cur=\${COMP_WORDS[COMP_CWORD]} line=\${COMP_LINE:0:COMP_POINT} answer value i width=0
  local -a values=() abouts=()
  # The values are quoted: what is inserted here is run when the line is entered.
  while IFS= read -r answer; do
    if [[ $answer == :files ]]; then
      compopt -o default 2>/dev/null
      COMPREPLY=()
      return
    fi
    value=\${answer%%$'\\t'*}
    values+=("$value") abouts+=("\${answer#*$'\\t'}")
    ((\${#value} > width)) && width=\${#value}
  done < <(cto __complete bash "$line" "$cur" 2>/dev/null)
  COMPREPLY=()
  for i in "\${!values[@]}"; do
    if [[ -n \${abouts[i]} && \${COMP_TYPE:-9} == 63 && \${#values[@]} -gt 1 ]]; then
      printf -v value "%-\${width}s  (%s)" "\${values[i]}" "\${abouts[i]:0:60}"
    else
      value=\${values[i]}
    fi
    COMPREPLY+=("$value")
  done
}
complete -o nosort -F _cto cto 2>/dev/null || complete -F _cto cto
`,
  zsh: `#compdef cto
# cto: completion for zsh
_cto() {
  local -a lines described
  local line value about
  lines=("\${(@f)$(cto __complete zsh "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ $lines[1] == :files ]]; then
    _files
    return
  fi
  for line in $lines; do
    [[ -z $line ]] && continue
    value=\${line%%$'\\t'*}
    about=\${line#*$'\\t'}
    described+=("\${value//:/\\\\:}:$about")
  done
  _describe -V cto described -M 'm:{[:lower:][:upper:]}={[:upper:][:lower:]}'
}
if [[ $funcstack[1] == _cto ]]; then
  _cto "$@"
else
  compdef _cto cto
fi
`,
  fish: `# cto: completion for fish
function __cto_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l lines (cto __complete fish $words[2..-1] 2>/dev/null)
    if test "$lines[1]" = :files
        __fish_complete_path (commandline -ct)
    else
        printf '%s\\n' $lines
    end
end
complete -c cto -f -k -a '(__cto_complete)'
`,
  powershell: `# cto: completion for PowerShell
Register-ArgumentCompleter -Native -CommandName cto -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $words = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.StartOffset -lt $cursorPosition } | ForEach-Object { "$_" })
    if ($wordToComplete -eq '') { $words += '""' }
    cto __complete powershell @words 2>$null | ForEach-Object {
        $value, $about = $_ -split "\`t", 2
        if ($value -and $value -ne ':files') {
            if (-not $about) { $about = $value }
            # Of an unquoted @, comma or $ the shell would make something else.
            $text = if ($value -match '^[\\w./:+=!-]+$') { $value } else {
                "'" + [System.Management.Automation.Language.CodeGeneration]::EscapeSingleQuotedStringContent($value) + "'"
            }
            [System.Management.Automation.CompletionResult]::new($text, $value, 'ParameterValue', $about)
        }
    }
}
`,
}
