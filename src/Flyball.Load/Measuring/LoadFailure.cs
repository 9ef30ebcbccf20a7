namespace Flyball.Load.Measuring;

/// <summary>Why a request has no answer.</summary>
internal enum LoadFailure
{
    /// <summary>No connection could be opened.</summary>
    Connect,

    /// <summary>The connection ended before the answer did.</summary>
    Closed,

    /// <summary>What came is no HTTP/1.1.</summary>
    Protocol,

    /// <summary>There was no answer in time, or not even a free connection.</summary>
    Timeout,

    /// <summary>Too many waited already.</summary>
    Dropped,

    /// <summary>It was on its way when the run was ended.</summary>
    Unfinished,
}
