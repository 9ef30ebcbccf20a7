namespace Flyball.Apis.Comparing;

/// <summary>What the change of a bound does to the values that are right.</summary>
internal enum BoundChange
{
    /// <summary>Some of them are no longer.</summary>
    Narrower,

    /// <summary>Others are right too.</summary>
    Wider,

    /// <summary>Both, or nobody can say.</summary>
    Other,
}
