namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>One answer: an address or a name, and a port that only SRV records have.</summary>
internal readonly record struct DnsRecord(string Target, int Port);
