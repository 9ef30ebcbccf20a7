namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>A whole scrape configuration file.</summary>
/// <param name="Jobs">The jobs, by name, in the file's order.</param>
/// <param name="Warnings">Keys of Prometheus that have no effect here, with what to use instead.</param>
/// <param name="Text">The file as it is written.</param>
internal sealed record ScrapeConfiguration(
    IReadOnlyList<ScrapeJob> Jobs, IReadOnlyList<string> Warnings, string Text)
{
    public static readonly ScrapeConfiguration Empty = new([], [], "");
}
