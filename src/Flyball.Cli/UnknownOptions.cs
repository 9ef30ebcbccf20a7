using System.CommandLine;
using System.CommandLine.Parsing;

namespace Flyball.Cli;

/// <summary>
/// Finds words that look like options and are none of the command's. The parser hands them to the nearest argument,
/// where a mistyped <c>--dry-run</c> would become a name and the command would go on without it.
/// </summary>
internal static class UnknownOptions
{
    /// <summary>Arguments that take any text, an expression or another program's command line.</summary>
    private static readonly HashSet<string> FreeText = new(StringComparer.Ordinal) { "EXPRESSION", "COMMAND" };

    /// <summary>Null when there is none. What stands after <c>--</c> is meant as it is.</summary>
    public static string? Find(ParseResult parsed)
    {
        Token[] plain = [.. parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)];
        return parsed.CommandResult.Children.OfType<ArgumentResult>()
            .Where(result => !FreeText.Contains(result.Argument.Name))
            .SelectMany(result => result.Tokens)
            .FirstOrDefault(token => token.Value.Length > 1 && token.Value[0] == '-' && plain.Contains(token))?.Value;
    }
}
