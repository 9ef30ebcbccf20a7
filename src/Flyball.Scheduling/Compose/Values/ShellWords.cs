using System.Text;

namespace Flyball.Scheduling.Compose.Values;

/// <summary>
/// Splits a command line as Compose does: blanks divide, quotes hold together, a backslash takes the next character.
/// </summary>
internal static class ShellWords
{
    /// <returns>The words, or null with a message when a quote does not end.</returns>
    public static IReadOnlyList<string>? Split(string text, out string? error)
    {
        error = null;
        List<string> words = [];
        StringBuilder? word = null;
        for (int i = 0; i < text.Length; i++)
        {
            char c = text[i];
            if (c is ' ' or '\t' or '\n' or '\r')
            {
                if (word is not null) words.Add(word.ToString());
                word = null;
                continue;
            }
            word ??= new StringBuilder();
            if (c is '\'' or '"')
            {
                i = AppendQuoted(text, i, word);
                if (i < text.Length) continue;
                error = $"the command's {c} is not closed";
                return null;
            }
            if (c == '\\' && i + 1 < text.Length) c = text[++i];
            word.Append(c);
        }
        if (word is not null) words.Add(word.ToString());
        return words;
    }

    // Returns the closing quote's place, or the text's length. In double quotes a backslash escapes only " and itself.
    private static int AppendQuoted(string text, int open, StringBuilder word)
    {
        char quote = text[open];
        int i = open + 1;
        for (; i < text.Length && text[i] != quote; i++)
        {
            if (quote == '"' && text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '"' or '\\') i++;
            word.Append(text[i]);
        }
        return i;
    }
}
