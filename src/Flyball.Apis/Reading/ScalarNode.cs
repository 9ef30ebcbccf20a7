using System.Globalization;

namespace Flyball.Apis.Reading;

/// <summary>A single value: its kind, and its text as it is written (of a text without quotes).</summary>
internal sealed class ScalarNode(int line, int column, ScalarKind kind, string text) : DocNode(line, column)
{
    public ScalarKind Kind => kind;

    public string Text => text;

    public override long Size => 1 + SizeOf(text);

    /// <summary>The number; null when it is none that a decimal holds.</summary>
    public decimal? Number => kind == ScalarKind.Number
        && decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) ? number : null;
}
