namespace Flyball.Scheduling.Compose.Merging;

/// <summary>One item of a list that stands for a map.</summary>
internal static class KeyValueText
{
    /// <summary><c>KEY=value</c>, or for hosts also <c>name:address</c>; a null value for a key alone.</summary>
    public static (string Key, string? Value) Split(string text, bool hosts)
    {
        int divider = text.IndexOf('=', StringComparison.Ordinal);
        if (divider < 0 && hosts) divider = text.IndexOf(':', StringComparison.Ordinal);
        return divider < 0 ? (text, null) : (text[..divider], text[(divider + 1)..]);
    }
}
