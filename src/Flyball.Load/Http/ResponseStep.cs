namespace Flyball.Load.Http;

/// <summary>How far an answer has come.</summary>
internal enum ResponseStep
{
    /// <summary>It goes on.</summary>
    NeedsMore,

    /// <summary>It has ended.</summary>
    Complete,

    /// <summary>It is no HTTP/1.1.</summary>
    Invalid,
}
