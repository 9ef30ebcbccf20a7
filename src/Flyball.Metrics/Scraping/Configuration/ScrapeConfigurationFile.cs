using Flyball.Contracts.Yaml;

namespace Flyball.Metrics.Scraping.Configuration;

/// <summary>A scrape configuration on disk that may change.</summary>
internal sealed class ScrapeConfigurationFile(string path)
{
    private (DateTime Written, long Size) _stamp;

    public string Path => path;

    /// <summary>Whether the file has another time or size than when it was read last.</summary>
    public bool IsChanged()
    {
        try
        {
            return Stamp() != _stamp;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An editor may be replacing it; the next look will tell.
            return false;
        }
    }

    /// <summary>Null, with problems, when the file cannot be used.</summary>
    public ScrapeConfiguration? TryRead(YamlProblems problems)
    {
        try
        {
            _stamp = Stamp();
            string directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
            return ScrapeConfigurationReader.TryRead(File.ReadAllText(path), directory, problems);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add(1, 1, e.Message);
            return null;
        }
    }

    private (DateTime Written, long Size) Stamp()
    {
        var file = new FileInfo(path);
        return (file.LastWriteTimeUtc, file.Length);
    }
}
