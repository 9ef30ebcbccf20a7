namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>Turns foreign names into label names.</summary>
internal static class LabelText
{
    /// <summary>Anything but letters, digits and underscores becomes an underscore.</summary>
    public static string Sanitise(string name) =>
        string.Create(name.Length, name, static (to, from) =>
        {
            for (int at = 0; at < from.Length; at++) to[at] = char.IsAsciiLetterOrDigit(from[at]) ? from[at] : '_';
        });
}
