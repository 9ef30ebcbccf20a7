namespace Flyball.Metrics.Rules.Templating;

/// <summary>A stretch of a template: plain text, or an action with its words.</summary>
internal readonly record struct TemplatePiece(string Text, IReadOnlyList<Token>? Action)
{
    private const string Open = "{{";
    private const string Close = "}}";

    /// <exception cref="TemplateException">An action has no end, or a word in it makes no sense.</exception>
    public static List<TemplatePiece> Split(string template)
    {
        var pieces = new List<TemplatePiece>();
        int at = 0;
        bool trims = false;
        while (at < template.Length)
        {
            int open = template.IndexOf(Open, at, StringComparison.Ordinal);
            string text = open < 0 ? template[at..] : template[at..open];
            if (trims) text = text.TrimStart();
            trims = false;
            if (open < 0)
            {
                Add(pieces, text);
                break;
            }

            int start = open + Open.Length;
            // A dash trims only with a space behind it: {{-3}} is a number.
            if (start + 1 < template.Length && template[start] == '-' && char.IsWhiteSpace(template[start + 1]))
            {
                text = text.TrimEnd();
                start++;
            }

            Add(pieces, text);
            int end = FindEnd(template, start);
            at = end + Close.Length;
            if (end > start + 1 && template[end - 1] == '-' && char.IsWhiteSpace(template[end - 2]))
            {
                trims = true;
                end--;
            }

            string action = template[start..end].Trim();
            if (!action.StartsWith("/*", StringComparison.Ordinal))
                pieces.Add(new TemplatePiece("", ActionLexer.Split(action)));
        }

        return pieces;
    }

    private static void Add(List<TemplatePiece> pieces, string text)
    {
        if (text.Length > 0) pieces.Add(new TemplatePiece(text, null));
    }

    /// <summary>Braces inside strings do not end an action.</summary>
    private static int FindEnd(string template, int start)
    {
        char quote = '\0';
        for (int at = start; at < template.Length; at++)
        {
            char letter = template[at];
            if (quote != '\0')
            {
                if (letter == '\\' && quote != '`') at++;
                else if (letter == quote) quote = '\0';
            }
            else if (letter is '"' or '`' or '\'')
            {
                quote = letter;
            }
            else if (letter == '}' && at + 1 < template.Length && template[at + 1] == '}')
            {
                return at;
            }
        }

        throw new TemplateException("unclosed action");
    }
}
