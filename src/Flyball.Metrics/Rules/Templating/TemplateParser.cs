using System.Globalization;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>Parses templates in the language of Go's <c>text/template</c>.</summary>
internal sealed class TemplateParser
{
    /// <summary>Conditions and loops in each other; a template is no place for recursion.</summary>
    private const int DepthMax = 100;

    private readonly List<TemplatePiece> pieces;
    private readonly Dictionary<string, IReadOnlyList<TemplateNode>> defined;
    private int at;
    private int depth;

    private TemplateParser(List<TemplatePiece> pieces, Dictionary<string, IReadOnlyList<TemplateNode>> defined)
    {
        this.pieces = pieces;
        this.defined = defined;
    }

    /// <exception cref="TemplateException">The text is no template.</exception>
    public static IReadOnlyList<TemplateNode> Parse(
        string text, Dictionary<string, IReadOnlyList<TemplateNode>> defined)
    {
        var parser = new TemplateParser(TemplatePiece.Split(text), defined);
        IReadOnlyList<TemplateNode> nodes = parser.ParseBody(out string stop);
        return stop.Length == 0 ? nodes : throw new TemplateException($"unexpected {{{{{stop}}}}}");
    }

    /// <summary>Up to an action that ends the body: <c>end</c>, <c>else</c>, or nothing more.</summary>
    private List<TemplateNode> ParseBody(out string stop)
    {
        if (++depth > DepthMax) throw new TemplateException($"nested more than {DepthMax} deep");
        var nodes = new List<TemplateNode>();
        while (at < pieces.Count)
        {
            TemplatePiece piece = pieces[at];
            if (piece.Action is null)
            {
                nodes.Add(new TextNode(piece.Text));
                at++;
                continue;
            }

            if (piece.Action.Count == 0) throw new TemplateException("missing value for command");
            if (piece.Action[0].IsWord("end") || piece.Action[0].IsWord("else"))
            {
                stop = piece.Action[0].Text;
                depth--;
                return nodes;
            }

            at++;
            if (ParseAction(piece.Action) is { } node) nodes.Add(node);
        }

        stop = "";
        depth--;
        return nodes;
    }

    private TemplateNode? ParseAction(IReadOnlyList<Token> tokens)
    {
        Token first = tokens[0];
        switch (first.Kind == TokenKind.Word ? first.Text : "")
        {
            case "if":
                return ParseCondition(new CommandParser(tokens, 1), setsDot: false);
            case "with":
                return ParseCondition(new CommandParser(tokens, 1), setsDot: true);
            case "range":
                return ParseRange(new CommandParser(tokens, 1));
            case "define":
                defined[Name(tokens)] = ParseBody(out string stop);
                TakeEnd(stop, "define");
                return null;
            case "template":
                var dot = new CommandParser(tokens, 2);
                return new IncludeNode(Name(tokens), dot.IsAtEnd ? null : dot.ParsePipeline());
            case "break" or "continue":
                return new LeaveNode(first.Text == "break");
            default:
                var value = new CommandParser(tokens, 0);
                string? variable = value.TryTakeAssignment(out bool declares);
                var node = new ValueNode(value.ParsePipeline(), variable, declares);
                value.EnsureEnd();
                return node;
        }
    }

    private ConditionNode ParseCondition(CommandParser head, bool setsDot)
    {
        string? variable = head.TryTakeAssignment(out _);
        Pipeline condition = head.ParsePipeline();
        head.EnsureEnd();
        List<TemplateNode> then = ParseBody(out string stop);
        List<TemplateNode> otherwise = [];
        if (stop == "else")
        {
            IReadOnlyList<Token> tokens = pieces[at++].Action!;
            if (tokens.Count > 1)
            {
                // "else if" is an "if" in the else branch; both end with the same "end".
                bool isWith = tokens[1].IsWord("with");
                if (!isWith && !tokens[1].IsWord("if")) throw new TemplateException("unexpected word after else");
                otherwise.Add(ParseCondition(new CommandParser(tokens, 2), isWith));
                return new ConditionNode(condition, variable, setsDot, then, otherwise);
            }

            otherwise = ParseBody(out stop);
        }

        TakeEnd(stop, setsDot ? "with" : "if");
        return new ConditionNode(condition, variable, setsDot, then, otherwise);
    }

    private RangeNode ParseRange(CommandParser head)
    {
        (string? key, string? item) = head.TakeRangeVariables();
        Pipeline items = head.ParsePipeline();
        head.EnsureEnd();
        List<TemplateNode> body = ParseBody(out string stop);
        List<TemplateNode> otherwise = [];
        if (stop == "else")
        {
            at++;
            otherwise = ParseBody(out stop);
        }

        TakeEnd(stop, "range");
        return new RangeNode(items, key, item, body, otherwise);
    }

    private void TakeEnd(string stop, string what)
    {
        if (stop != "end") throw new TemplateException($"{{{{{what}}}}} has no {{{{end}}}}");
        at++;
    }

    private static string Name(IReadOnlyList<Token> tokens) =>
        tokens.Count > 1 && tokens[1].Kind == TokenKind.Text
            ? tokens[1].Text
            : throw new TemplateException(
                string.Create(CultureInfo.InvariantCulture, $"{tokens[0].Text} needs a name"));
}
