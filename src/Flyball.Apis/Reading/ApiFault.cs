using System.Globalization;

namespace Flyball.Apis.Reading;

/// <summary>One thing that is wrong with a document.</summary>
/// <param name="Pointer">JSON pointer (RFC 6901); empty for the whole document.</param>
/// <param name="Line">From 1; 0 when there is no line to name.</param>
/// <param name="Column">From 1.</param>
/// <param name="Message">A sentence's end: it follows the place.</param>
internal sealed record ApiFault(string Pointer, int Line, int Column, string Message)
{
    public override string ToString()
    {
        string place = Line > 0 ? string.Create(CultureInfo.InvariantCulture, $"line {Line}, column {Column}") : "";
        string pointer = Pointer.Length == 0 ? "" : "#" + Pointer;
        string at = string.Join(", ", new[] { place, pointer }.Where(part => part.Length > 0));
        return at.Length == 0 ? Message : $"{at}: {Message}";
    }
}
