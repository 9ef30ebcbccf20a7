namespace Flyball.Discovery.Dns;

/// <summary>What an answer has come to.</summary>
internal record struct DnsReply
{
    public DnsCode Code { get; set; }

    public int Answers { get; set; }

    public int Authorities { get; set; }

    public int Additionals { get; set; }

    /// <summary>Not all answers fitted.</summary>
    public bool IsTruncated { get; set; }
}
