using System.Globalization;
using System.Text;

namespace Flyball.Metrics.PromQl.Syntax;

/// <summary>A part of the query: start and end as indices of UTF-16 units, the end exclusive.</summary>
internal readonly record struct TextRange(int Start, int End)
{
    public static TextRange Between(TextRange first, TextRange last) => new(first.Start, last.End);

    /// <summary>The start as line and column, both from 1, the column in UTF-8 bytes, as Prometheus counts.</summary>
    public string Describe(string query)
    {
        if (query.Length == 0) return "unknown position";
        if (Start < 0 || Start > query.Length) return "invalid position";
        ReadOnlySpan<char> before = query.AsSpan(0, Start);
        int line = 1 + before.Count('\n');
        int column = 1 + Encoding.UTF8.GetByteCount(before[(before.LastIndexOf('\n') + 1)..]);
        return string.Create(CultureInfo.InvariantCulture, $"{line}:{column}");
    }
}
