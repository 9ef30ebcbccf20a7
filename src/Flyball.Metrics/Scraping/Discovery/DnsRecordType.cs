namespace Flyball.Metrics.Scraping.Discovery;

/// <summary>The types of records that may be looked up, by their numbers in DNS.</summary>
internal enum DnsRecordType
{
    A = 1,
    NS = 2,
    MX = 15,
    AAAA = 28,
    SRV = 33,
}
