namespace Flyball.Discovery.Indexing;

/// <summary>
/// One who waits for a signal, linked into the signal itself: a wait costs no task and leaves nothing behind when it
/// ends early. The links belong to <see cref="ChangeSignal"/>.
/// </summary>
internal abstract class SignalWait
{
    internal ChangeSignal? Signal { get; set; }

    internal SignalWait? Previous { get; set; }

    internal SignalWait? Following { get; set; }

    /// <summary>
    /// The signal fired; it has let go of this wait. Called with locks held: it only notes, and hands on.
    /// </summary>
    public abstract void Wake();
}
