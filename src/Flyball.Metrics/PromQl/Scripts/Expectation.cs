using System.Text.RegularExpressions;

namespace Flyball.Metrics.PromQl.Scripts;

/// <summary>A line such as <c>expect warn msg: text</c>; without text or pattern, anything will do.</summary>
internal sealed record Expectation(ExpectationKind Kind, string? Message, Regex? Pattern)
{
    public bool Matches(string text) =>
        Message is not null ? Message == text : Pattern is null || Pattern.IsMatch(text);

    public override string ToString() =>
        Message is not null ? $"\"{Message}\"" : Pattern is null ? "anything" : $"/{Pattern}/";
}
