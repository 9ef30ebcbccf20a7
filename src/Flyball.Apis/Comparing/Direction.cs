namespace Flyball.Apis.Comparing;

/// <summary>
/// Who says a value to whom: what may be asked of the sender is the other way round for the receiver.
/// </summary>
internal enum Direction
{
    /// <summary>Clients send it: the new version must take all that the old one took.</summary>
    Request,

    /// <summary>Clients get it: the new version must give nothing that the old one did not.</summary>
    Answer,
}
