namespace Flyball.Discovery.Dns;

/// <summary>Types of records that are asked for or answered.</summary>
internal enum DnsType : ushort
{
    A = 1,
    NS = 2,
    CNAME = 5,
    SOA = 6,
    PTR = 12,
    AAAA = 28,
    SRV = 33,
    OPT = 41,
    ANY = 255,
}
