namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>A whole scrape configuration file.</summary>
/// <param name="Jobs">The jobs, by name, in the file's order.</param>
/// <param name="Warnings">Keys of Prometheus that have no effect here, with what to use instead.</param>
/// <param name="Shown">The key <c>scrape_configs</c> and its value as YAML, secrets left out.</param>
internal sealed record ScrapeConfiguration(
    IReadOnlyList<ScrapeJob> Jobs, IReadOnlyList<string> Warnings, string Shown)
{
    public static readonly ScrapeConfiguration Empty = new([], [], "");
}
