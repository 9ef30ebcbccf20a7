namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>A header of <c>http_headers</c>: its values, and files that hold further ones.</summary>
internal sealed record HttpHeader(string Name, IReadOnlyList<string> Values, IReadOnlyList<string> Files);
