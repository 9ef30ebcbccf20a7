using System.Globalization;

namespace Flyball.Metrics.Rules.Templating;

/// <summary>Parses the words of one action into a pipeline.</summary>
internal sealed class CommandParser(IReadOnlyList<Token> tokens, int start)
{
    private int at = start;

    public bool IsAtEnd => at >= tokens.Count;

    private Token Current => IsAtEnd ? new Token(TokenKind.End, "", false) : tokens[at];

    /// <summary>Takes <c>$x :=</c> or <c>$x =</c> when they come next.</summary>
    public string? TryTakeAssignment(out bool declares)
    {
        declares = false;
        if (Current.Kind != TokenKind.Variable || at + 1 >= tokens.Count) return null;
        if (!tokens[at + 1].Is(":=") && !tokens[at + 1].Is("=")) return null;
        declares = tokens[at + 1].Is(":=");
        at += 2;
        return tokens[at - 2].Text;
    }

    /// <summary>Takes <c>$item :=</c> or <c>$key, $item :=</c> when they come next.</summary>
    public (string? Key, string? Item) TakeRangeVariables()
    {
        if (at + 3 < tokens.Count && Current.Kind == TokenKind.Variable && tokens[at + 1].Is(",")
            && tokens[at + 2].Kind == TokenKind.Variable && tokens[at + 3].Is(":="))
        {
            at += 4;
            return (tokens[at - 4].Text, tokens[at - 2].Text);
        }

        return (null, TryTakeAssignment(out _));
    }

    public Pipeline ParsePipeline()
    {
        var commands = new List<Command> { ParseCommand() };
        while (Current.Is("|"))
        {
            at++;
            commands.Add(ParseCommand());
        }

        return new Pipeline(commands);
    }

    public void EnsureEnd()
    {
        if (!IsAtEnd) throw new TemplateException($"unexpected \"{Current.Text}\" in a template's action");
    }

    private Command ParseCommand()
    {
        var operands = new List<Operand>();
        while (!IsAtEnd && !Current.Is("|") && !Current.Is(")")) operands.Add(ParseOperand());
        if (operands.Count == 0) throw new TemplateException("missing value for command");
        if (operands.Count > 1 && operands[0].Kind == OperandKind.Constant)
            throw new TemplateException("a constant takes no arguments");
        return new Command(operands);
    }

    private Operand ParseOperand()
    {
        Token token = Current;
        at++;
        switch (token.Kind)
        {
            case TokenKind.Text:
                return new Operand(OperandKind.Constant, token.Text, []);
            case TokenKind.Number:
                return new Operand(OperandKind.Constant, Number(token.Text), []);
            case TokenKind.Variable:
                return new Operand(OperandKind.Variable, token.Text, TakeFields());
            case TokenKind.Field:
                string[] first = token.Text.Length > 0 ? [token.Text] : [];
                return new Operand(OperandKind.Dot, null, [.. first, .. TakeFields()]);
            case TokenKind.Word:
                return Word(token.Text);
            case TokenKind.Sign when token.Text == "(":
                Pipeline inner = ParsePipeline();
                if (!Current.Is(")")) throw new TemplateException("unclosed parenthesis");
                at++;
                return new Operand(OperandKind.Nested, inner, TakeFields());
            default:
                throw new TemplateException($"unexpected \"{token.Text}\" in a template's action");
        }
    }

    private static Operand Word(string word) => word switch
    {
        "true" => new Operand(OperandKind.Constant, true, []),
        "false" => new Operand(OperandKind.Constant, false, []),
        "nil" => new Operand(OperandKind.Constant, null, []),
        _ when TemplateFunctions.IsKnown(word) => new Operand(OperandKind.Function, word, []),
        _ => throw new TemplateException($"function \"{word}\" not defined"),
    };

    private List<string> TakeFields()
    {
        var fields = new List<string>();
        while (Current is { Kind: TokenKind.Field, IsAttached: true, Text.Length: > 0 } field)
        {
            fields.Add(field.Text);
            at++;
        }

        return fields;
    }

    private static object Number(string text)
    {
        string plain = text.Replace("_", "", StringComparison.Ordinal);
        if (long.TryParse(plain, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long whole))
            return whole;
        return double.TryParse(plain, NumberStyles.Float, CultureInfo.InvariantCulture, out double real)
            ? real
            : throw new TemplateException($"bad number syntax: \"{text}\"");
    }
}
