using System.Globalization;
using System.Text;
using Flyball.Contracts.Agent;

namespace Flyball.Agent.Drivers;

/// <summary>
/// <c>PORT</c> for the first port and <c>PORT_{NAME}</c> for each; in arguments and values <c>$PORT</c>,
/// <c>${PORT}</c> and the named forms are replaced, every other dollar sign stays as it is.
/// </summary>
internal static class PortVariables
{
    public static SortedDictionary<string, string> Of(IReadOnlyList<BoundPort> ports)
    {
        var variables = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (BoundPort port in ports)
        {
            string number = port.Port.ToString(CultureInfo.InvariantCulture);
            variables.TryAdd("PORT", number);
            variables[$"PORT_{Name(port.Name)}"] = number;
        }

        return variables;
    }

    /// <summary>
    /// A name as a part of an environment variable: upper case, everything but letters and digits an underscore.
    /// </summary>
    public static string Name(string text) =>
        string.Create(text.Length, text, static (span, from) =>
        {
            for (int i = 0; i < span.Length; i++)
                span[i] = char.IsAsciiLetterOrDigit(from[i]) ? char.ToUpperInvariant(from[i]) : '_';
        });

    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        if (!text.Contains('$', StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length);
        for (int i = 0; i < text.Length;)
        {
            int used = 0;
            if (text[i] == '$' && Name(text, i, out string name, out used)
                && variables.TryGetValue(name, out string? value))
                result.Append(value);
            else
                result.Append(text.AsSpan(i, used = 1));
            i += used;
        }

        return result.ToString();
    }

    private static bool Name(string text, int dollar, out string name, out int used)
    {
        bool braces = dollar + 1 < text.Length && text[dollar + 1] == '{';
        int begin = dollar + (braces ? 2 : 1);
        int end = begin;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_')) end++;
        name = text[begin..end];
        used = end - dollar + (braces ? 1 : 0);
        return !braces || (end < text.Length && text[end] == '}');
    }
}
