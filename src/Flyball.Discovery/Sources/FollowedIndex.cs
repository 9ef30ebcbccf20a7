using Flyball.Base.Work;

namespace Flyball.Discovery.Sources;

/// <summary>
/// Where somebody stands who follows a catalogue by Consul's blocking queries. A catalogue that answers at once
/// although nothing has changed (it does not know the index, or something in between does not pass it on) is asked
/// once a second, not as fast as it answers.
/// </summary>
internal sealed class FollowedIndex(TimeProvider time)
{
    /// <summary>From one question to the next when the answer brought nothing new.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromSeconds(1);

    private long askedAt;

    /// <summary>To be asked with; 0 for what there is now.</summary>
    public ulong Value { get; private set; }

    /// <summary>A question leaves.</summary>
    public ulong Ask()
    {
        askedAt = time.GetTimestamp();
        return Value;
    }

    /// <summary>Its answer was taken in; completes when the next question may leave.</summary>
    public async Task AnsweredAsync(ulong at, CancellationToken cancellation)
    {
        bool isNewer = at > Value;
        // An index that goes back is of another server: everything is asked for anew.
        Value = at < Value ? 0 : at;
        TimeSpan took = time.GetElapsedTime(askedAt);
        if (!isNewer && took < Pace) await Pause.ForAsync(Pace - took, time, cancellation);
    }

    /// <summary>The catalogue was away: it may be another one now.</summary>
    public void Reset() => Value = 0;
}
